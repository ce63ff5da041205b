import MediaTypes

/// What an EXIF block says, in the terms of `MediaFacts`.
struct ExifFacts: Sendable {
    /// When the picture was taken or digitised.
    var taken: CaptureTime?
    /// When the file was last written by a program that keeps EXIF: the last resort.
    var changed: CaptureTime?
    /// Camera and exposure.
    var camera = CameraFacts()
    /// Where it was taken.
    var location: GeoLocation?
    /// 1…8.
    var orientation: Int?
    /// The user comment; iOS writes "Screenshot" into it.
    var comment: String?
    /// The program or firmware that wrote the file.
    var software: String?

    /// Whether the block could not be read, or holds a place of the wrong type.
    var isDamaged = false

    /// Nothing known.
    init() {}

    /// The facts of the block that starts with `block`'s byte order mark; none where it cannot be read.
    init(_ block: [UInt8]) {
        guard let exif = ExifBlock(block), !exif.isEmpty else {
            isDamaged = true
            return
        }
        taken =
            Self.time(exif, text: (0x9003, .exif), fraction: 0x9291, offset: 0x9011)
            ?? Self.time(exif, text: (0x9004, .exif), fraction: 0x9292, offset: 0x9012)
        changed = Self.time(exif, text: (0x0132, .main), fraction: 0x9290, offset: 0x9010)
        camera = Self.camera(exif)
        location = Self.location(exif)
        isDamaged =
            ExifStructure.isDamaged(block) || exif.has(2, in: .gps) && exif.fractions(2, in: .gps).isEmpty
        orientation = exif.integer(0x0112, in: .main).flatMap { (1...8).contains($0) ? $0 : nil }
        comment = exif.comment(0x9286, in: .exif)
        software = exif.text(0x0131, in: .main)
    }

    private static func time(
        _ exif: borrowing ExifBlock, text: (tag: UInt32, directory: ExifBlock.Directory), fraction: UInt32,
        offset: UInt32
    ) -> CaptureTime? {
        guard let clock = exif.text(text.tag, in: text.directory) else { return nil }
        return TimeText.captureTime(
            clock, fraction: exif.text(fraction, in: .exif), offset: exif.text(offset, in: .exif), source: .exif)
    }

    private static func camera(_ exif: borrowing ExifBlock) -> CameraFacts {
        func positive(_ tag: UInt32, _ exif: borrowing ExifBlock) -> Double? {
            exif.fractions(tag, in: .exif).first.flatMap { $0 > 0 ? $0 : nil }
        }
        var camera = CameraFacts()
        camera.make = exif.text(0x010F, in: .main)
        camera.model = exif.text(0x0110, in: .main)
        camera.lens = exif.text(0xA434, in: .exif)
        camera.exposureTime = positive(0x829A, exif)
        camera.fNumber = positive(0x829D, exif)
        camera.focalLength = positive(0x920A, exif)
        // 65535 stands for "more than this field holds"; the speed is then in the fields of EXIF 2.3.
        let speeds = [0x8827, 0x8833, 0x8832, 0x8831].map { exif.integer(UInt32($0), in: .exif) }
        camera.iso = speeds.compactMap { $0 }.first { $0 > 0 && $0 != 65535 }
        return camera
    }

    private static func location(_ exif: borrowing ExifBlock) -> GeoLocation? {
        guard let latitude = degrees(exif, value: 2, reference: 1, negative: "S"),
            let longitude = degrees(exif, value: 4, reference: 3, negative: "W")
        else { return nil }
        let isBelowSea = exif.integer(5, in: .gps) == 1
        let altitude = exif.fractions(6, in: .gps).first.map { isBelowSea ? -$0 : $0 }
        return GeoLocation(
            latitude: latitude, longitude: longitude, altitude: altitude.flatMap { abs($0) < 100_000 ? $0 : nil })
    }

    /// Degrees, minutes and seconds as one number.
    private static func degrees(
        _ exif: borrowing ExifBlock, value: UInt32, reference: UInt32, negative: Character
    ) -> Double? {
        let parts = exif.fractions(value, in: .gps)
        guard (1...3).contains(parts.count), parts.dropFirst().allSatisfy({ $0 <= 60 }) else { return nil }
        let magnitude = zip(parts, [1.0, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
        return exif.text(reference, in: .gps)?.uppercased().first == negative ? -magnitude : magnitude
    }
}
