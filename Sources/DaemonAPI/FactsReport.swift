public import MediaTypes

/// What a file's bytes say, as `show --json` prints it: one flat object, every key always there.
public struct FactsReport: Codable, Hashable, Sendable {
    /// Photo or video.
    public var kind: MediaKind
    /// What the bytes are: "jpeg", "heic", "mp4", …
    public var format: String
    /// Pixels across, as seen.
    public var width: Int
    /// Pixels down, as seen.
    public var height: Int
    /// Seconds, for videos and animations.
    @Nullable public var duration: Double?
    /// EXIF's orientation, 1…8, as the file has it.
    @Nullable public var orientation: Int?
    /// When it was taken, ISO 8601, with the offset where that is known.
    @Nullable public var takenAt: String?
    /// Where that time was found.
    @Nullable public var takenSource: CaptureTime.Source?
    /// The camera's maker.
    @Nullable public var cameraMake: String?
    /// The camera's model.
    @Nullable public var cameraModel: String?
    /// The lens.
    @Nullable public var lens: String?
    /// Seconds.
    @Nullable public var exposureTime: Double?
    /// The aperture.
    @Nullable public var fNumber: Double?
    /// ISO speed.
    @Nullable public var iso: Int?
    /// Millimetres.
    @Nullable public var focalLength: Double?
    /// Degrees north.
    @Nullable public var latitude: Double?
    /// Degrees east.
    @Nullable public var longitude: Double?
    /// Metres above the sea.
    @Nullable public var altitude: Double?
    /// 64-bit difference hash, in hexadecimal since JSON's numbers are too small for it.
    @Nullable public var perceptualHash: String?
    /// Whether it is a picture of a screen.
    public var isScreenshot: Bool
    /// What is broken in the file.
    @Nullable public var damage: String?

    /// The wire form of these facts.
    public init(_ facts: MediaFacts) {
        kind = facts.kind
        format = facts.format
        width = facts.size.width
        height = facts.size.height
        duration = facts.duration
        orientation = facts.orientation
        takenAt = facts.takenAt?.iso8601
        takenSource = facts.takenAt?.source
        cameraMake = facts.camera.make
        cameraModel = facts.camera.model
        lens = facts.camera.lens
        exposureTime = facts.camera.exposureTime
        fNumber = facts.camera.fNumber
        iso = facts.camera.iso
        focalLength = facts.camera.focalLength
        latitude = facts.location?.latitude
        longitude = facts.location?.longitude
        altitude = facts.location?.altitude
        perceptualHash = facts.perceptualHash.map { hash in
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        isScreenshot = facts.isScreenshot
        damage = facts.damage
    }

    private enum CodingKeys: String, CodingKey {
        case kind, format, width, height, duration, orientation
        case takenAt = "taken_at"
        case takenSource = "taken_source"
        case cameraMake = "camera_make"
        case cameraModel = "camera_model"
        case lens
        case exposureTime = "exposure_time"
        case fNumber = "f_number"
        case iso
        case focalLength = "focal_length"
        case latitude, longitude, altitude
        case perceptualHash = "perceptual_hash"
        case isScreenshot = "is_screenshot"
        case damage
    }
}
