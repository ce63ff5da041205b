import DaemonAPI
import Foundation
import MediaTypes

/// A real `tintyped` in an empty library, asked over its socket.
final class BenchDaemon {
    /// How often the daemon is asked where it stands; also how exact a measured time is.
    private static let tick = Duration.milliseconds(50)

    let client: DaemonClient
    private let process = Process()

    /// Starts the daemon with this home, and returns when it answers.
    init(home: MediaPath, configuration: String = "") async throws {
        guard let own = Bundle.main.executableURL?.deletingLastPathComponent() else {
            throw BenchError("The folder of tintype-bench cannot be found.")
        }
        let socket = home.appending(FileName("run")).appending(FileName("tintyped.sock"))
        client = DaemonClient(socket: socket)
        try FileManager.default.createDirectory(atPath: home.text, withIntermediateDirectories: true)
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: home.text + "/config.toml"))
        try Data().write(to: URL(fileURLWithPath: home.text + "/log"))
        process.executableURL = own.appendingPathComponent("tintyped")
        process.environment = ProcessInfo.processInfo.environment.merging(["TINTYPE_HOME": home.text]) { $1 }
        process.standardError = FileHandle(forWritingAtPath: home.text + "/log")
        do {
            try process.run()
        } catch {
            throw BenchError("\(own.path)/tintyped cannot be started: build it first. \(error.localizedDescription)")
        }
        try await waitUntilAnswering(log: home.text + "/log")
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What the daemon's process uses.
    var gauge: ProcessGauge { ProcessGauge(process: process.processIdentifier) }

    /// Whether the daemon is still the process that was started.
    var isSameProcess: Bool { get async { await (try? client.status().pid) == Int(process.processIdentifier) } }

    /// Ends the daemon and waits for it.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Seconds until something is so, by the status.
    @discardableResult
    func seconds(until isSo: (StatusReport) -> Bool) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            if isSo(try await client.status()) { return (clock.now - start).seconds }
            try await Task.sleep(for: Self.tick)
        }
    }

    /// Seconds until a query finds this file; `nil`: it did not within the patience.
    func seconds(until query: String, finds file: MediaPath, patience: Duration) async throws -> Double? {
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < patience {
            let reply = try await client.search(SearchQuestion(query: query, limit: 50))
            if reply.hits.contains(where: { $0.mediaPath == file }) { return (clock.now - start).seconds }
            try await Task.sleep(for: Self.tick)
        }
        return nil
    }

    private func waitUntilAnswering(log: String) async throws {
        while (try? await client.status()) == nil {
            guard process.isRunning else {
                let said = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
                throw BenchError("tintyped ended at once. It said: \(said)")
            }
            try await Task.sleep(for: Self.tick)
        }
    }
}

extension StatusReport {
    /// Whether every file is searchable by facts and words, as far as it can be.
    var hasFactsAndWords: Bool { hasFacts && queued.words == 0 && running.allSatisfy { $0.stage == .description } }

    /// Whether every file is searchable by facts, as far as it can be.
    var hasFacts: Bool { queued.facts == 0 && !running.contains { $0.stage == .facts || $0.stage == .identity } }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { self / .seconds(1) }
}
