import CLibAV
import MediaTypes

/// What a file may cost before it is refused. Headers are held to these before any memory is taken.
enum DecodingLimits {
    /// Pixels of a picture that most decoders lay out in memory: 0.6 GB as RGB.
    static let pixels = 200_000_000
    /// Pixels of a side: libswscale refuses somewhat longer ones.
    static let side = 1_000_000
    /// Pixels that a baseline JPEG may declare where it is decoded scaled down, which takes memory for the result only.
    static let declaredPixels = 1_000_000_000
    /// Bytes of a picture's file, all of which are read into memory. PNGs and videos are read piece by piece.
    static let pictureBytes: Int64 = 512 << 20
    /// Bytes for which bodies have room behind their end: bit readers look there.
    static let padding = Int(AV_INPUT_BUFFER_PADDING_SIZE)
    /// Bytes of one block of EXIF, XMP or IPTC.
    static let metadataBytes = 4 << 20
    /// Parts of a container (chunks, boxes, frames of an animation) that are looked at.
    static let parts = 100_000
    /// Video frames decoded on the way from a key frame to the wanted time; groups of pictures are rarely longer.
    static let framesFromKeyFrame = 600
    /// Packets read in search of one video frame.
    static let packetsPerFrame = 20_000

    /// Throws unless a picture of this size may be decoded in full.
    static func check(_ size: PixelSize, pixels limit: Int = pixels) throws(DecodingError) {
        guard size.width > 0, size.height > 0 else { throw .damagedPicture }
        guard size.pixelCount <= limit else { throw .tooManyPixels(size) }
        guard size.longSide <= side else { throw .tooLong(size) }
    }
}
