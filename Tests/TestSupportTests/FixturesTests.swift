import Foundation
import MediaTypes
import TestSupport
import Testing

@Suite struct FixturesTests {
    @Test func `the manifest and the folder name the same files`() throws {
        let media = URL(fileURLWithPath: Fixtures.directory.text).appending(path: "media")
        let root = media.resolvingSymlinksInPath().path + "/"
        let files = FileManager.default.enumerator(at: media.resolvingSymlinksInPath(), includingPropertiesForKeys: nil)
        let onDisk = (files?.allObjects as? [URL] ?? []).filter { !$0.hasDirectoryPath }
            .map { String($0.path.dropFirst(root.count)) }
        #expect(Set(onDisk) == Set(Fixtures.all.map(\.name)).union(["MANIFEST.tsv"]))
    }

    @Test func `a fixture's truths come as the types that readers return`() throws {
        let harbour = Fixtures.named("photos/harbour.jpg")
        #expect(harbour.facts.size == PixelSize(width: 960, height: 640))
        #expect(harbour.facts.takenAt?.iso8601 == "2024-06-01T14:32:05.120+02:00")
        #expect(harbour.facts.camera.lens == "RF24-105mm F4 L IS USM")
        #expect(harbour.facts.location == GeoLocation(latitude: 43.2951, longitude: 5.3614, altitude: 12.5))
        #expect(Fixtures.named("documents/invoice.png").lines.contains("Total due 42.17 EUR"))
        #expect(Fixtures.named("videos/rotated.mp4").facts.orientation == 6)
    }

    @Test func `every folder has fixtures, and so have both kinds of condition`() {
        for folder in ["photos", "orientation", "screenshots", "documents", "videos", "broken"] {
            #expect(!Fixtures.inFolder(folder).isEmpty, "\(folder)")
        }
        #expect(Fixtures.sound.count + Fixtures.broken.count == Fixtures.all.count)
        #expect(Fixtures.broken.count >= 15)
    }
}
