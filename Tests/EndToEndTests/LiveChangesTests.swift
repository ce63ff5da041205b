import DaemonAPI
import Glibc
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct LiveChanges {
        @Test func `what happens in a watched folder shows at once, and moving costs no second look`() async throws {
            let daemon = try await TestDaemon()
            let media = daemon.directory
            try media.makeDirectory("media/2024")
            try await daemon.watchMedia()

            try media.copy(Fixtures.named("documents/receipt.jpg"), to: "media/2024/lunch.jpg")
            try await daemon.waitForFiles(1)
            let asset = try #require(try await daemon.find("espresso").first?.asset)

            try media.move("media/2024/lunch.jpg", to: "media/2024/break.jpg")
            try await daemon.wait { try await daemon.names("break") == ["break.jpg"] }
            #expect(try await daemon.names("lunch") == [])

            try media.move("media/2024", to: "media/kept")
            try await daemon.wait { try await daemon.names("in:kept") == ["break.jpg"] }
            #expect(try await daemon.find("espresso").map(\.asset) == [asset])

            // An editor's way of saving: write aside, then rename over.
            try media.copy(Fixtures.named("documents/invoice.png"), to: "media/kept/.break.tmp")
            try media.move("media/kept/.break.tmp", to: "media/kept/break.jpg")
            try await daemon.wait { try await daemon.names("chandlery") == ["break.jpg"] }
            #expect(try await daemon.names("espresso") == [])

            media.remove("media/kept")
            try await daemon.wait { try await daemon.status().files == 0 }
            #expect(try await daemon.names("chandlery") == [])
        }

        @Test func `hidden folders, downloads in progress and what .nomedia covers are left alone`() async throws {
            let daemon = try await TestDaemon()
            let receipt = Fixtures.named("documents/receipt.jpg")
            try daemon.directory.write("", to: "media/private/.nomedia")
            for name in ["private/a.jpg", ".cache/b.jpg", "c.jpg.part", "d.jpg.crdownload", "seen.jpg", "notes.txt"] {
                try daemon.directory.copy(receipt, to: "media/" + name)
            }
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)
            #expect(try await daemon.names("type:photo") == ["seen.jpg"])

            try daemon.directory.move("media/c.jpg.part", to: "media/c.jpg")
            try await daemon.waitForFiles(2)
            #expect(try await daemon.names("type:photo") == ["c.jpg", "seen.jpg"])
        }

        @Test func `what changed while no daemon ran is noticed at the next start`() async throws {
            let daemon = try await TestDaemon()
            let media = daemon.directory
            try media.copy(Fixtures.named("documents/receipt.jpg"), to: "media/stays.jpg")
            try media.copy(Fixtures.named("photos/harbour.jpg"), to: "media/goes.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(2)
            await daemon.end(by: SIGTERM)

            media.remove("media/goes.jpg")
            try media.copy(Fixtures.named("documents/invoice.png"), to: "media/new/comes.png")
            try await daemon.start()
            try await daemon.wait { try await daemon.names("type:photo") == ["comes.png", "stays.jpg"] }
            try await daemon.waitForFiles(2)
            #expect(try await daemon.names("chandlery") == ["comes.png"])
        }
    }
}
