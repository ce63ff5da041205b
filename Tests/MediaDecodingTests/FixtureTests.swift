import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

/// The drawn fixtures, whose manifest says what each of them holds.
struct FixtureTests {
    private func facts(_ fixture: Fixture) throws -> MediaFacts {
        let descriptor = fixture.path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        return try MediaDecoder.facts(
            of: MediaFile(descriptor: descriptor), name: fixture.path.name.text,
            folders: fixture.name.split(separator: "/").dropLast().map(String.init))
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
        #expect(found.damage == nil)
        #expect(found.perceptualHash != nil)
    }

    @Test(arguments: Fixtures.broken)
    func `a broken fixture is marked or refused, with a sentence`(fixture: Fixture) throws {
        let sentence: String?
        do {
            sentence = try facts(fixture).damage
        } catch let error as DecodingError {
            sentence = error.message
        }
        #expect(sentence?.hasSuffix(".") == true)
    }

    private func isNear(_ left: Double?, _ right: Double?, _ tolerance: Double) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= tolerance
    }
}
