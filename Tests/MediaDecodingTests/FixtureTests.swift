import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

/// The drawn fixtures, whose manifest says what each of them holds.
struct FixtureTests {
    private func facts(_ fixture: Fixture) throws -> MediaFacts {
        try fixture.path.withMediaFile {
            try MediaDecoder.facts(of: $0, name: fixture.path.name.text, folders: folders(fixture))
        }
    }

    private func folders(_ fixture: Fixture) -> [String] {
        fixture.name.split(separator: "/").dropLast().map(String.init)
    }

    @Test(arguments: Fixtures.sound)
    func `what is read is the picture or frames, and of a screen where the facts say so`(fixture: Fixture) throws {
        let (pictures, isScreenshot) = try fixture.path.withMediaFile {
            try MediaDecoder.picturesToRead(
                of: $0, name: fixture.path.name.text, folders: folders(fixture), count: 3, longSide: 100)
        }
        #expect(isScreenshot == fixture.facts.isScreenshot)
        #expect(
            try pictures == fixture.path.withMediaFile { try MediaDecoder.pictures(of: $0, count: 3, longSide: 100) })
    }

    @Test(arguments: Fixtures.sound)
    func `a sound fixture's facts are those of its manifest`(fixture: Fixture) throws {
        let found = try facts(fixture)
        let expected = fixture.facts
        #expect(found.kind == expected.kind)
        #expect(found.format == expected.format)
        #expect(found.size == expected.size)
        #expect(found.orientation ?? 1 == expected.orientation ?? 1)
        // What the name says is not in the manifest.
        #expect((found.takenAt?.source == .name ? nil : found.takenAt) == expected.takenAt)
        #expect(found.camera.make == expected.camera.make && found.camera.model == expected.camera.model)
        #expect(found.camera.lens == expected.camera.lens && found.camera.iso == expected.camera.iso)
        #expect(isNear(found.camera.exposureTime, expected.camera.exposureTime, 1e-5))
        #expect(isNear(found.camera.fNumber, expected.camera.fNumber, 1e-6))
        #expect(isNear(found.camera.focalLength, expected.camera.focalLength, 1e-6))
        #expect(isNear(found.location?.latitude, expected.location?.latitude, 1e-4))
        #expect(isNear(found.location?.longitude, expected.location?.longitude, 1e-4))
        #expect(isNear(found.location?.altitude, expected.location?.altitude, 0.01))
        #expect(isNear(found.duration, expected.duration, 0.15))
        #expect(found.isScreenshot == expected.isScreenshot)
        // One is sound but for its name, which is told as well.
        #expect(found.damage == nil || fixture.name == "broken/really-png.jpg")
        #expect(found.perceptualHash != nil)
    }

    /// Broken where nobody looks: EXIF that is merely ignored, and frames that facts do not decode.
    private static let unnoticed: Set = ["broken/exif-offsets.jpg", "broken/bits.mp4"]

    @Test(arguments: Fixtures.broken.filter { !unnoticed.contains($0.name) })
    func `a broken fixture is marked or refused, with a sentence`(fixture: Fixture) throws {
        let sentence: String?
        do {
            sentence = try facts(fixture).damage
        } catch let error as DecodingError {
            sentence = error.message
        }
        #expect(sentence?.hasSuffix(".") == true)
    }

    @Test(arguments: Fixtures.inFolder("orientation"))
    func `every way of laying a picture down comes out the same, in every format`(fixture: Fixture) throws {
        let upright = try picture(in: Fixtures.named("orientation/1.jpg").bytes())
        let found = try picture(in: fixture.bytes())
        #expect(try #require(meanDifference(found, upright)) < 4)
    }

    @Test(arguments: ["cmyk.jpg", "transparent.png", "odd-size.jpg"])
    func `colours survive every way of storing them`(name: String) throws {
        let found = try picture(in: Fixtures.named("photos/pixels/\(name)").bytes())
        let upright = try picture(in: Fixtures.named("orientation/1.jpg").bytes())
        // The four corners are red, green, blue and yellow.
        for (x, y) in [(0.06, 0.06), (0.94, 0.06), (0.06, 0.94), (0.94, 0.94)] {
            for (one, other) in zip(pixel(found, x, y), pixel(upright, x, y)) {
                #expect(abs(one - other) < 40, "\(x), \(y): \(pixel(found, x, y)) for \(pixel(upright, x, y))")
            }
        }
    }

    @Test(arguments: Fixtures.inFolder("videos/codecs") + [Fixtures.named("videos/upright.mp4")])
    func `frames at given times are the right ones in every codec`(fixture: Fixture) throws {
        let opened = try OpenedFile(fixture.bytes())
        let frames = try MediaDecoder.frames(of: opened.file, at: [0.5, 1.5, 2.5], longSide: nil)
        #expect(frames.map { strongest($0.pixels) } == [0, 1, 2])
    }

    /// The channel that is strongest at the picture's left edge, halfway down.
    private func strongest(_ picture: PixelBuffer) -> Int? {
        let colour = pixel(picture, 0.05, 0.5)
        return colour.indices.max { colour[$0] < colour[$1] }
    }

    private func pixel(_ picture: PixelBuffer, _ x: Double, _ y: Double) -> [Int] {
        let column = Int(x * Double(picture.size.width)), row = Int(y * Double(picture.size.height))
        return (0..<3).map { Int(picture.bytes[(row * picture.size.width + column) * 3 + $0]) }
    }

    private func isNear(_ left: Double?, _ right: Double?, _ tolerance: Double) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= tolerance
    }
}
