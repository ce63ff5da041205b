import DaemonAPI
import Glibc
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct Crashes {
        @Test func `a daemon that is killed while it indexes loses nothing and does nothing twice`() async throws {
            let daemon = try await TestDaemon()
            let count = 60
            for number in 1...count {
                let picture = DrawnPicture.bmp(width: 320, height: 240, seed: UInt64(number))
                try daemon.directory.write(picture, to: "media/picture-\(number).bmp")
            }
            try await daemon.watchMedia()
            for assets in [1, 20, 40] {
                try await daemon.wait { try await daemon.status().assets >= assets }
                await daemon.end(by: SIGKILL)
                try await daemon.start()
            }
            try await daemon.waitForFiles(count)

            let status = try await daemon.status()
            #expect(status.assets == count && status.failed == 0)
            let found = try await daemon.tintype("find", "--json", "type:photo").decoded(SearchHit.self)
            #expect(Set(found.map(\.path)).count == count && Set(found.map(\.asset)).count == count)
            #expect(found.count == count)
        }

        @Test func `a second daemon on the same library is refused and leaves the first alone`() async throws {
            let daemon = try await TestDaemon()
            let second = try await ProgramRun.of([BuiltPrograms.path("tintyped")], environment: daemon.environment)
            // Whoever wanted a daemon has one, so this is no failure.
            #expect(second.status == 0)
            #expect(second.errors.lowercased().contains("another") || second.errors.contains("already"))
            #expect(try await daemon.status().pid == daemon.pid)
        }

        @Test func `a daemon that is told to stop ends with 0 and takes its socket along`() async throws {
            let daemon = try await TestDaemon()
            #expect(await daemon.end(by: SIGTERM) == 0)
            #expect(access(daemon.socket, F_OK) != 0)
        }

        @Test func `a library of a newer version is refused, with the remedy, and keeps what it holds`() async throws {
            let daemon = try await TestDaemon()
            try await daemon.watchMedia()
            await daemon.end(by: SIGTERM)
            let library = daemon.directory.path("home/data/library.sqlite")
            // SQLite keeps `user_version` in bytes 60…63 of the file.
            var bytes = try Fixtures.read(library)
            bytes[60] = 1
            try daemon.directory.write(bytes, to: library)

            let refused = try await ProgramRun.of([BuiltPrograms.path("tintyped")], environment: daemon.environment)
            #expect(refused.status == 2)
            #expect(refused.errors.contains("newer version"))
            bytes = try Fixtures.read(library)
            #expect(bytes[60] == 1)
            bytes[60] = 0
            try daemon.directory.write(bytes, to: library)
            try await daemon.start()
            #expect(try await daemon.tintype("roots", "--json").lines.count == 1)
        }

        @Test func `the command line starts the daemon where none runs`() async throws {
            let daemon = try TestDaemon(stoppedWith: "")
            let roots = try await daemon.tintype("roots")
            #expect(roots.status == 0)
            let pid = Int32(try await daemon.status().pid)
            // Not ours to wait for: it is nobody's child.
            #expect(pid > 0 && kill(pid, SIGTERM) == 0)
        }
    }
}
