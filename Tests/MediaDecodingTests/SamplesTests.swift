import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

/// The shared samples, which are not part of this repository: `TINTYPE_SAMPLES`, or `../shared/samples` beside it.
struct SamplesTests {
    private static let directory: String? = {
        let packageRoot = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let named = getenv("TINTYPE_SAMPLES").map { String(cString: $0) }
        let candidates = [named, "/\(packageRoot)/../shared/samples"].compactMap { $0 }
        return candidates.first { access($0 + "/MANIFEST.tsv", R_OK) == 0 }
    }()

    /// A line of the manifest, by column.
    private static func manifest(_ directory: String) throws -> [[String: String]] {
        let text = String(decoding: try read(directory + "/MANIFEST.tsv"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        return try MediaFile(descriptor: descriptor).contents()
    }

    private static func facts(_ path: String) throws(DecodingError) -> MediaFacts {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return try MediaDecoder.facts(of: MediaFile(descriptor: descriptor), name: name, folders: [])
    }

    private static func skipped() {
        print("SKIPPED: the shared samples are not here; set TINTYPE_SAMPLES to their folder to evaluate them.")
    }

    @Test func `dates, cameras, places and sizes equal the manifest of the shared samples`() throws {
        guard let directory = Self.directory else { return Self.skipped() }
        var dates = 0, cameras = 0, places = 0, files = 0
        for row in try Self.manifest(directory) {
            guard let path = row["path"], !path.hasPrefix("corrupt/"), !path.hasSuffix(".tsv") else { continue }
            files += 1
            let facts: MediaFacts
            do { facts = try Self.facts(directory + "/" + path) } catch {
                Issue.record("\(path): \(error.message)")
                continue
            }
            #expect(facts.damage == nil, "\(path)")
            Self.compareSize(facts, row["size"] ?? "", path)
            if let date = row["exif_date"], !date.isEmpty {
                dates += 1
                #expect(
                    facts.takenAt == TimeText.captureTime(date, source: .exif).map { Self.asPrecise($0, as: facts) },
                    "\(path)")
            }
            if let camera = row["camera"], !camera.isEmpty {
                cameras += 1
                #expect(
                    [facts.camera.make, facts.camera.model].compactMap { $0 }.joined(separator: " ") == camera,
                    "\(path)")
            }
            if let orientation = row["orientation"].flatMap(Int.init), facts.format != "avif" {
                // Three files have theirs from XMP, which turns no pixels.
                #expect(facts.orientation ?? 1 == orientation, "\(path)")
            }
            if let gps = row["gps"], !gps.isEmpty {
                places += 1
                let parts = gps.split(separator: ",").compactMap { Double($0) }
                let location = try #require(facts.location, "\(path)")
                #expect(
                    abs(location.latitude - parts[0]) < 1e-5 && abs(location.longitude - parts[1]) < 1e-5, "\(path)")
            }
        }
        print(
            "shared samples: \(files) files, \(dates) dates, \(cameras) cameras, \(places) places compared with the manifest"
        )
        #expect(dates > 40 && cameras > 40 && places > 8)
    }

    /// The manifest's dates have whole seconds, and mostly no offset.
    private static func asPrecise(_ time: CaptureTime, as facts: MediaFacts) -> CaptureTime {
        guard let found = facts.takenAt else { return time }
        var time = time
        time.local = String(time.local.dropLast(4)) + found.local.suffix(4)
        time.offsetMinutes = time.offsetMinutes ?? found.offsetMinutes
        return time
    }

    /// The manifest gives the stored size; ours is the upright one.
    private static func compareSize(_ facts: MediaFacts, _ text: String, _ path: String) {
        let sides = text.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2 else { return }
        let stored = PixelSize(width: sides[0], height: sides[1])
        // The one AVIF that is stored on its side says so in its own box, not by EXIF.
        let orientation = path.hasSuffix("f-rot1.avif") ? .turnedLeft : Orientation(exif: facts.orientation)
        #expect(facts.size == orientation.upright(stored), "\(path)")
    }

    @Test func `every corrupt sample is read and marked, read safely, or refused with a sentence`() throws {
        guard let directory = Self.directory else { return Self.skipped() }
        var outcomes: [String: String] = [:]
        for row in try Self.manifest(directory) {
            guard let path = row["path"], path.hasPrefix("corrupt/") else { continue }
            do {
                let facts = try Self.facts(directory + "/" + path)
                outcomes[String(path.dropFirst(8))] = facts.damage ?? "sound"
            } catch { outcomes[String(path.dropFirst(8))] = error.code.rawValue }
        }
        #expect(outcomes.count >= 21)
        #expect(outcomes["c-bomb20k.png"] == "too-large")
        #expect(outcomes["c-reallybig.bmp"] == "too-large")
        #expect(outcomes["c-truncated.png"] == Damage.pictureCutOff.sentence)
        #expect(outcomes["c-corrupt.jpg"] == Damage.pictureCorrupt.sentence)
        #expect(outcomes["c-truncated.mp4"] == "damaged")
        #expect(outcomes["c-gpstype.jpg"] == Damage.exifCorrupt.sentence)
        #expect(outcomes["c-badexif.jpg"] == Damage.exifCorrupt.sentence)
        #expect(outcomes["c-frame.gif"] == Damage.frameOutside.sentence)
        #expect(outcomes["c-wrongext.jpg"]?.hasPrefix("It is named .jpg") == true)
        // Nothing that we look at is wrong with these two: the picture of one and the text of the other are fine.
        #expect(outcomes.filter { $0.value == "sound" }.keys.sorted() == ["c-poc.jxl", "c-textbomb.png"])
    }
}
