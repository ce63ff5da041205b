/// A place on Earth, in degrees of WGS 84.
public struct GeoLocation: Hashable, Sendable, Codable {
    /// Degrees north, −90…90.
    public var latitude: Double
    /// Degrees east, −180…180.
    public var longitude: Double
    /// Metres above the sea.
    public var altitude: Double?

    /// The place of these coordinates.
    ///
    /// - Returns: `nil` where they are not on Earth, or are the (0, 0) that cameras without a fix write.
    public init?(latitude: Double, longitude: Double, altitude: Double? = nil) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude), latitude != 0 || longitude != 0
        else { return nil }
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
    }
}

/// What made a picture and how.
public struct CameraFacts: Hashable, Sendable, Codable {
    /// The maker, as "Canon".
    public var make: String?
    /// The model, as "Canon EOS 5D Mark III".
    public var model: String?
    /// The lens's model.
    public var lens: String?
    /// Exposure time in seconds.
    public var exposureTime: Double?
    /// The aperture as f-number.
    public var fNumber: Double?
    /// ISO speed.
    public var iso: Int?
    /// Focal length in millimetres, as the lens has it.
    public var focalLength: Double?

    /// Facts none of which are known yet.
    public init() {}
}

/// What a file's bytes say without anyone looking at the picture.
public struct MediaFacts: Hashable, Sendable, Codable {
    /// Photo or video.
    public var kind: MediaKind
    /// What the bytes are, in lower case: "jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "heic", "jxl", "mp4", "webm", …
    public var format: String
    /// The size as seen: orientation applied.
    public var size: PixelSize
    /// Seconds, for videos and animations.
    public var duration: Double?
    /// EXIF's orientation, 1…8, as the file says it; a video's rotation counts as 1, 6, 3 or 8.
    public var orientation: Int?
    /// When it was taken, by EXIF or container; the caller falls back to name and modification time.
    public var takenAt: CaptureTime?
    /// Camera and exposure.
    public var camera = CameraFacts()
    /// Where it was taken.
    public var location: GeoLocation?
    /// 64-bit difference hash of the upright picture: near pictures differ in few bits.
    public var perceptualHash: UInt64?
    /// Whether facts (no camera, a screen's size, name, folder) say that this is a picture of a screen.
    public var isScreenshot = false
    /// What is broken in the file, as a sentence for a person; `nil`: nothing was found.
    public var damage: String?

    /// Facts of a medium of this kind, format and size.
    public init(kind: MediaKind, format: String, size: PixelSize) {
        self.kind = kind
        self.format = format
        self.size = size
    }
}
