import CPlatform
import DaemonAPI
import Foundation
import Glibc
import HTTPServing
import Logging
import MiniCPMV
import UnixSignals

/// The local engine: one model, on this machine's CPU, behind a private socket.
@main
struct TintypeEngine {
    private static let help = """
        tintype-engine: answers questions about pictures on a private Unix socket, in the form of OpenAI's chat completions.

        It is started by tintyped when there is work, and ends by itself when there is none.

          --model FOLDER     the model: safetensors with their JSON files, or a pair of GGUF files
          --socket PATH      where to listen; a socket that systemd hands over takes its place
          --idle-seconds N   end after so long without a request; without it, never
          --end-with-input   end when standard input does: with the process that holds its other end
          --threads N        compute on so many threads; without it, one for each core
          --check            only load the model, and say whether it can be used
          --version          print the version
          --help             print this
        """

    static func main() async {
        let options: EngineOptions
        do throws(UsageFault) {
            options = try EngineOptions(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say(error.message)
            exit(64)
        }
        switch options.wish {
        case .help: print(help)
        case .version: print(TintypeVersion.current)
        case .check(let model): exit(check(model))
        case .serve(let serving): exit(await serve(serving))
        }
    }

    private static func serve(_ options: EngineOptions.Serving) async -> CInt {
        prepareProcess()
        do {
            let engine = try LocalEngine(modelAt: options.model, threads: options.threads)
            let listener = try SystemdSocket.inherited() ?? UnixListener.bind(path: options.socket)
            try await run(engine, on: listener, options)
            return 0
        } catch {
            say("\(error)")
            return 2
        }
    }

    private static func check(_ model: String) -> CInt {
        do throws(ModelError) {
            _ = try LocalEngine(modelAt: model, threads: 1)
            return 0
        } catch {
            say("\(error)")
            return 2
        }
    }

    /// Until a signal, until there has been no work for so long, or until whoever started it is gone.
    private static func run(
        _ engine: LocalEngine, on listener: UnixListener, _ options: EngineOptions.Serving
    ) async throws {
        let activity = Activity()
        let routes = EngineRoutes(engine: engine, activity: activity)
        var limits = HTTPServerLimits()
        limits.bodiesByteCount = EngineRoutes.bodiesLimit
        // An answer's pieces are far apart on a slow machine, and a cancelled one ends within a token.
        limits.graceTime = .seconds(3)
        let server = HTTPServer(
            listener: listener, router: routes.router, limits: limits, logger: Logger(label: "tintype-engine"))
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { for await _ in signals { return } }
            if let seconds = options.idleSeconds {
                group.addTask { await activity.waitUntilIdle(for: .seconds(seconds)) }
            }
            if options.endsWithInput { group.addTask { for await _ in inputEnd() {} } }
            ServiceNotifier().ready()
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Ends when standard input does.
    private static func inputEnd() -> AsyncStream<Void> {
        AsyncStream { continuation in
            Thread {
                while let piece = try? FileHandle.standardInput.read(upToCount: 4096), !piece.isEmpty {}
                continuation.finish()
            }.start()
        }
    }

    private static func prepareProcess() {
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        // Pictures and questions are private: they go into no core file, and nobody attaches.
        _ = platform_set_undumpable()
        _ = platform_set_no_new_privileges()
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
