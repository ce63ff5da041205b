import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import DaemonAPI
@testable import tintype

/// Starting the daemon, with shell scripts in its place.
struct DaemonStarterTests {
    private let folder: TemporaryDirectory
    private let paths: RuntimePaths

    init() throws {
        let folder = try TemporaryDirectory()
        self.folder = folder
        paths = try RuntimePaths(
            surroundings: Surroundings(
                variable: { $0 == "TINTYPE_HOME" ? folder.path("h").bytes : nil }, passwordHome: nil,
                currentDirectory: nil, userID: 0, isOwnDirectory: { _ in false }))
    }

    private func starter(_ script: String) throws -> DaemonStarter {
        let program = try folder.write("#!/bin/sh\n" + script, to: "bin/tintyped")
        #expect(program.withCString { chmod($0, 0o755) } == 0)
        return DaemonStarter(paths: paths, folders: [folder.path("empty"), folder.path("bin")])
    }

    @Test
    func `no program to start is told apart, with what to do`() async throws {
        let failure = await #expect(throws: CommandFailure.self) {
            try await DaemonStarter(paths: paths, folders: [folder.path("empty")]).ensureRunning()
        }
        #expect(failure?.status == .unreachable)
        #expect(failure?.message.contains("tintyped") == true)
    }

    @Test
    func `a daemon that dies is reported at once with its last words`() async throws {
        let starter = try starter("echo first; echo the library is corrupt >&2; exit 5\n")
        let failure = await #expect(throws: CommandFailure.self) { try await starter.ensureRunning() }
        #expect(failure?.status == .unreachable)
        #expect(failure?.message.contains("ended with status 5. It said: the library is corrupt") == true)
    }

    @Test
    func `a daemon that never answers is given up`() async throws {
        var starter = try starter("exit 0\n")
        starter.patience = .zero
        let failure = await #expect(throws: CommandFailure.self) { try await starter.ensureRunning() }
        #expect(failure?.message.contains("does not answer") == true)
    }

    @Test
    func `a daemon that listens already is left alone`() async throws {
        try paths.prepareRuntimeDirectory()
        let server = try ScriptedServer(on: .unixSocket(paths.socket)) { _ in .whole("{}") }
        try await starter("exit 5\n").ensureRunning()
        withExtendedLifetime(server) {}
    }

    @Test
    func `the daemon is given the absolute home, a session of its own, and none of our files`() throws {
        let output = folder.path("out")
        let child = try ChildProcess(
            .init(
                program: Array("/bin/sh".utf8),
                arguments: [
                    "-c", #"echo $TINTYPE_HOME; ls /proc/self/fd | wc -l; cut -d' ' -f6 /proc/self/stat; echo $$"#,
                ]
                .map { Array($0.utf8) },
                variables: [("TINTYPE_HOME", paths.home?.bytes ?? [])], isDetached: true, output: output))
        #expect(child.wait() == .exited(0))
        let lines = try contents(of: output).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines.first == paths.home?.text)
        // Standard input, output and error, and the listing's own.
        #expect(lines[1] == "4")
        #expect(lines[2] == lines[3])
    }

    private func contents(of path: MediaPath) throws -> String {
        let file = try #require(path.withCString { fopen($0, "re") })
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
