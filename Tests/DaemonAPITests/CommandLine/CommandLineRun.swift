import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import DaemonAPI
@testable import tintype

/// One run of the command line in this process: its daemon is scripted, its output goes to files.
struct CommandLineRun {
    let status: CommandStatus
    let output: String
    let errors: String

    /// Runs these arguments; `answer` is the daemon, `nil`: there is none, and none can be started.
    init(
        _ arguments: [String], terminal: Bool = false,
        answer: (@Sendable (ScriptedServerRequest) -> ScriptedServerReply)?
    ) async throws {
        let folder = try TemporaryDirectory()
        let home = folder.path("h")
        let paths = try RuntimePaths(
            surroundings: Surroundings(
                variable: { $0 == "TINTYPE_HOME" ? home.bytes : nil }, passwordHome: nil, currentDirectory: nil,
                userID: 0, isOwnDirectory: { _ in false }))
        try paths.prepareRuntimeDirectory()
        let server = try answer.map { try ScriptedServer(on: .unixSocket(paths.socket), answer: $0) }
        let results = try Captured(folder.path("out"))
        let notes = try Captured(folder.path("err"))
        let console = Console(
            results: Output(descriptor: results.descriptor, isTerminal: terminal),
            notes: Output(descriptor: notes.descriptor, isTerminal: terminal), canAsk: false,
            paint: Paint(isOn: terminal))
        status = await Invocation.run(arguments, in: Session(console: console) { paths })
        output = results.text()
        errors = notes.text()
        withExtendedLifetime(server) {}
    }

    /// A file that takes what is written to a descriptor.
    private final class Captured {
        let descriptor: CInt

        init(_ path: MediaPath) throws {
            descriptor = path.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
            try #require(descriptor >= 0)
        }

        deinit { close(descriptor) }

        func text() -> String {
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            let count = pread(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        }
    }
}
