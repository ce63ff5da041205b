import MediaTypes

/// What stands round a picture's pixels in its file, read without any decoder.
struct PictureContainer: Sendable {
    /// The bytes for the decoder: the file's, less what no decoder needs to see, its end mended where it is cut off.
    var body: [UInt8]
    /// The size that the header declares, before orientation; `nil`: only the decoder can tell.
    var declaredSize: PixelSize?
    /// The EXIF block, from its byte order mark on.
    var exif: [UInt8]?
    /// The XMP packet.
    var xmp: [UInt8]?
    /// The IPTC records.
    var iptc: [UInt8]?
    /// The program that wrote the file, where the container itself says so.
    var software: String?
    /// Seconds, for animations.
    var duration: Double?
    /// What is missing, as far as the container shows it.
    var damage: Damage?
    /// Whether the decoder reads this kind of the format: of some it would leave the picture black, and tell nobody.
    var isReadable = true
    /// What only JPEG has.
    var jpeg: JPEGHeader?

    init(body: [UInt8]) { self.body = body }

    /// The container of a picture of this format.
    init(_ bytes: [UInt8], format: MediaFormat) {
        switch format {
        case .jpeg: self = JPEGContainer.read(bytes)
        case .webp: self = WebPContainer.read(bytes)
        case .gif: self = GIFContainer.read(bytes)
        case .tiff: self = TIFFContainer.read(bytes)
        case .bmp: self = BMPContainer.read(bytes)
        case .jxl: self = JXLContainer.read(bytes)
        default: self.init(body: bytes)
        }
    }
}

/// The facts of a JPEG's frame header that decide how it may be decoded.
struct JPEGHeader: Hashable, Sendable {
    /// Progressive: all coefficients are held in memory whatever the scale.
    var isProgressive = false
    /// Adobe's marker is there: four-component pictures are stored inverted.
    var isAdobe = false
}
