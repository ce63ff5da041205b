import DaemonAPI
import Foundation
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct Indexing {
        @Test func `a folder is found by name, by words, by kind, and by what EXIF says`() async throws {
            let daemon = try await TestDaemon()
            for name in [
                "photos/harbour.jpg", "screenshots/Screenshot_20240305-081500.png", "documents/invoice.png",
                "videos/holiday.mov",
            ] {
                try daemon.directory.copy(Fixtures.named(name), to: "media/" + name)
            }
            let added = try await daemon.tintype("add", daemon.directory.path("media").text)
            #expect(added.status == 0)
            try await daemon.waitForFiles(4)

            #expect(try await daemon.names("harbour") == ["harbour.jpg"])
            #expect(try await daemon.names("invoice chandlery") == ["invoice.png"])
            #expect(try await daemon.names("ocr:\"blue umbrella\"") == ["Screenshot_20240305-081500.png"])
            #expect(try await daemon.names("is:screenshot") == ["Screenshot_20240305-081500.png"])
            #expect(try await daemon.names("type:video") == ["holiday.mov"])
            #expect(try await daemon.names("camera:canon") == ["harbour.jpg"])
            #expect(try await daemon.names("taken:2024-06-01") == ["harbour.jpg"])
            #expect(try await daemon.names("near:43.3,5.36,2km") == ["harbour.jpg"])
            #expect(try await daemon.names("iso:200") == ["harbour.jpg"])
            #expect(try await daemon.names("umbrella or chandlery").count == 2)
            #expect(try await daemon.names("umbrella chandlery") == [])
            #expect(try await daemon.names("type:photo -umbrella -chandlery") == ["harbour.jpg"])

            let hit = try #require(try await daemon.find("umbrella").first)
            #expect(hit.matched == ["ocr"])
            #expect(hit.snippet?.contains("umbrella") == true)
            #expect(hit.kind == .photo && hit.isScreenshot)
        }

        @Test func `the facts of a photo are those of its file`() async throws {
            let daemon = try await TestDaemon()
            let fixture = Fixtures.named("photos/harbour.jpg")
            let path = try daemon.directory.copy(fixture, to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)

            let shown = try await daemon.tintype("show", "--json", path.text)
            let report = try #require(try shown.decoded(FileReport.self).first)
            let facts = try #require(report.facts)
            #expect(facts.takenAt == "2024-06-01T14:32:05.120+02:00")
            #expect(facts.cameraModel == "Canon EOS R6" && facts.lens == "RF24-105mm F4 L IS USM")
            #expect(facts.width == 960 && facts.height == 640 && facts.format == "jpeg")
            #expect(abs((facts.latitude ?? 0) - 43.2951) < 1e-4 && abs((facts.longitude ?? 0) - 5.3614) < 1e-4)
            let digits = fixture.contentHash.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            #expect(report.contentHash == digits.joined())
        }

        @Test func `one content in two places is looked at once and found in both`() async throws {
            let daemon = try await TestDaemon()
            try daemon.directory.copy(Fixtures.named("documents/receipt.jpg"), to: "media/one.jpg")
            try daemon.directory.copy(Fixtures.named("documents/receipt.jpg"), to: "media/below/two.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(2)
            #expect(try await daemon.names("espresso") == ["one.jpg", "two.jpg"])
            #expect(try await daemon.names("is:duplicate") == ["one.jpg", "two.jpg"])
            #expect(try await daemon.status().assets == 1)
        }

        @Test func `broken files are accounted for one by one, and the others do not suffer`() async throws {
            let daemon = try await TestDaemon()
            for fixture in Fixtures.broken { try daemon.directory.copy(fixture, to: "media/" + fixture.name) }
            try daemon.directory.copy(Fixtures.named("documents/receipt.jpg"), to: "media/receipt.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(Fixtures.broken.count + 1)

            let failed: [FailedJob] = try await daemon.tintype("failed", "--json").decoded()
            let failures = Dictionary(grouping: failed) { $0.path }
            for fixture in Fixtures.broken {
                let path = daemon.directory.path("media/" + fixture.name).text
                let shown = try await daemon.tintype("show", "--json", path)
                let report = try #require(try shown.decoded(FileReport.self).first)
                let isAccountedFor = failures[path] != nil || report.facts?.damage != nil
                #expect(isAccountedFor || fixture.condition == .damaged, "\(fixture.name): \(fixture.note)")
                for failure in failures[path] ?? [] {
                    #expect(failure.message.count > 10 && failure.message.hasSuffix("."), "\(failure.message)")
                    #expect(report.whyNot != nil)
                }
            }
            #expect(try await daemon.names("espresso") == ["receipt.jpg"])
            #expect(try await daemon.status().pid == daemon.pid)
        }
    }
}
