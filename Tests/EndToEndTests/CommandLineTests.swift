import DaemonAPI
import Foundation
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct CommandLineContract {
        /// A daemon that knows one photo without words, `media/harbour.jpg`.
        private func daemonWithOnePhoto() async throws -> TestDaemon {
            let daemon = try await TestDaemon()
            try daemon.directory.copy(Fixtures.named("photos/harbour.jpg"), to: "media/harbour.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)
            return daemon
        }

        @Test func `exit statuses are those of the contract`() async throws {
            let daemon = try await daemonWithOnePhoto()
            let media = daemon.directory.path("media").text
            #expect(try await daemon.tintype("find", "harbour").status == 0)
            #expect(try await daemon.tintype("find", "zebra").status == 1)
            #expect(try await daemon.tintype("show", media + "/none.jpg").status == 1)
            #expect(try await daemon.tintype("add", media + "/none").status == 2)
            #expect(try await daemon.tintype("add", media, media + "/none").status == 4)
            #expect(try await daemon.tintype("show", media + "/harbour.jpg", media + "/none.jpg").status == 4)
            #expect(try await daemon.tintype("find", "taken:someday").status == 64)
            #expect(try await daemon.tintype("find", "(harbour").status == 64)
            #expect(try await daemon.tintype("find", "--limit", "many", "x").status == 64)
            #expect(try await daemon.tintype("dance").status == 64)
            #expect(try await daemon.tintype("--help").status == 0)
        }

        @Test func `what is not indexed is shown with its name and the reason`() async throws {
            let daemon = try await daemonWithOnePhoto()
            let media = daemon.directory.path("media").text
            try #require(mkfifo(media + "/pipe.jpg", 0o600) == 0)
            let shown = try await daemon.tintype("show", media + "/none.jpg", media + "/pipe.jpg").output
            let wanted = [
                media + "/none.jpg", "why not   It is not there.", media + "/pipe.jpg",
                "why not   It is not a regular file.",
            ]
            #expect(shown.split(separator: "\n").map(String.init) == wanted)
        }

        @Test func `where no daemon can be reached the status is 3`() async throws {
            let daemon = try TestDaemon(stoppedWith: "nonsense = true\n")
            let run = try await daemon.tintype("find", "x")
            #expect(run.status == 3)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("tintype"))
        }

        @Test func `a query that cannot be read is answered with where and why`() async throws {
            let daemon = try await daemonWithOnePhoto()
            let run = try await daemon.tintype("find", "harbour", "taken:someday")
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("someday"))
        }

        @Test func `nothing but results goes to standard output`() async throws {
            let daemon = try await daemonWithOnePhoto()
            let found = try await daemon.tintype("find", "--files", "harbour")
            #expect(found.output == daemon.directory.path("media/harbour.jpg").text + "\n")
            #expect(found.errors.isEmpty)
            #expect(try await daemon.tintype("find", "zebra").output.isEmpty)
            let piped = try await daemon.tintype("find", "harbour")
            #expect(!piped.output.contains("\u{1b}"))
        }

        @Test func `JSON has the members that scripts rely on`() async throws {
            let daemon = try await daemonWithOnePhoto()
            try daemon.directory.copy(Fixtures.named("broken/text.jpg"), to: "media/text.jpg")
            try await daemon.wait { try await daemon.status().failed == 1 }

            let hit = try #require(try await daemon.tintype("find", "--json", "harbour").keys().first)
            #expect(
                hit.isSuperset(of: [
                    "path", "asset", "kind", "taken_at", "caption", "ocr", "tags", "matched", "snippet", "score", "at",
                ]))
            let status = try #require(try await daemon.tintype("status", "--json").keys().first)
            #expect(
                status.isSuperset(of: [
                    "files", "assets", "queued", "running", "failed", "undescribed", "rate_per_minute", "eta_seconds",
                    "engine", "problems",
                ]))
            let failed = try #require(try await daemon.tintype("failed", "--json").keys().first)
            #expect(failed.isSuperset(of: ["path", "stage", "code", "message", "attempts", "at"]))
            let root = try #require(try await daemon.tintype("roots", "--json").keys().first)
            #expect(root.isSuperset(of: ["path", "state", "files"]))
            let path = daemon.directory.path("media/harbour.jpg").text
            let shown = try #require(try await daemon.tintype("show", "--json", path).keys().first)
            #expect(shown.isSuperset(of: ["asset", "files", "facts", "descriptions", "jobs", "why_not"]))
        }

        @Test func `control characters in names are never printed raw, and -0 gives the bytes`() async throws {
            let daemon = try await TestDaemon()
            let name = "evil\u{1b}[31m\nname\u{9b}2J.bmp"
            try daemon.directory.write(DrawnPicture.bmp(width: 40, height: 30, seed: 1), to: "media/" + name)
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)

            let json = try await daemon.tintype("find", "--json", "evil")
            #expect(!json.output.unicodeScalars.contains("\u{1b}"))
            let person = try await daemon.tintype("find", "evil")
            let isControl: (Unicode.Scalar) -> Bool = {
                $0.properties.generalCategory == .control && $0 != "\n"
            }
            #expect(!person.output.unicodeScalars.contains(where: isControl))
            let raw = try await daemon.tintype("find", "-0", "evil")
            #expect(raw.output == daemon.directory.path("media").text + "/" + name + "\0")
        }

        @Test func `names that are no UTF-8 are found, shown and kept byte for byte`() async throws {
            let daemon = try await TestDaemon()
            let file = daemon.directory.path("media").appending(.init([0x66, 0xFF, 0xFE] + Array(".bmp".utf8)))
            try daemon.directory.write(DrawnPicture.bmp(width: 40, height: 30, seed: 2), to: file)
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)
            #expect(try await daemon.find("type:photo").first?.mediaPath == file)
        }

        @Test func `pause halts the queue, resume lets it go on, and both survive a restart`() async throws {
            let daemon = try await TestDaemon()
            _ = try await daemon.tintype("add", try daemon.directory.makeDirectory("media").text)
            #expect(try await daemon.tintype("pause").status == 0)
            await daemon.end(by: SIGTERM)
            try await daemon.start()
            #expect(try await daemon.status().paused)

            try daemon.directory.copy(Fixtures.named("photos/harbour.jpg"), to: "media/harbour.jpg")
            try await daemon.wait { try await daemon.status().queued.facts == 1 }
            #expect(try await daemon.status().assets == 0)
            #expect(try await daemon.tintype("resume").status == 0)
            try await daemon.waitForFiles(1)
            #expect(try await daemon.names("camera:canon") == ["harbour.jpg"])
        }

        @Test func `find --sync waits for what is queued`() async throws {
            let daemon = try await TestDaemon()
            for number in 1...20 {
                let picture = DrawnPicture.bmp(width: 64, height: 48, seed: UInt64(number))
                try daemon.directory.write(picture, to: "media/p\(number).bmp")
            }
            try await daemon.watchMedia()
            try await daemon.wait { try await daemon.status().files == 20 }
            let hits = try await daemon.tintype("find", "--sync", "--json", "type:photo").decoded(SearchHit.self)
            #expect(hits.count == 20)
        }

        @Test func `remove forgets the files, keeps them on disk, and adding again costs no second look`() async throws
        {
            let daemon = try await daemonWithOnePhoto()
            let media = daemon.directory.path("media").text
            #expect(try await daemon.tintype("remove", "--keep", media).status == 0)
            #expect(try await daemon.tintype("find", "harbour").status == 1)
            #expect(FileManager.default.fileExists(atPath: media + "/harbour.jpg"))
            #expect(try await daemon.tintype("roots", "--json").output.isEmpty)
            _ = try await daemon.tintype("add", media)
            try await daemon.wait { try await daemon.names("camera:canon") == ["harbour.jpg"] }
        }
    }
}
