import MediaTypes

/// Everything that a picture's metadata say, from whichever block says it best.
struct PictureMetadata: Sendable {
    /// The EXIF block's facts.
    var exif: ExifFacts
    /// When it was taken.
    var takenAt: CaptureTime?
    /// The program that wrote it.
    var software: String?

    /// The facts of a container's blocks.
    init(_ container: PictureContainer) {
        exif = container.exif.map(ExifFacts.init) ?? ExifFacts()
        // EXIF's DateTime comes last: every program that saves the picture sets it anew.
        takenAt =
            exif.taken ?? container.iptc.flatMap(IPTCRecords.captureTime) ?? container.xmp.flatMap(
                XMPPacket.captureTime)
            ?? exif.changed
        software = container.software ?? exif.software
    }
}
