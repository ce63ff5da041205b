import CLibAV
import CPNGReader
import MediaTypes

/// PNG by libpng, row by row: a picture of any size takes memory for the one that is asked for only.
enum PNGDecoder {
    /// No byte of deflate's stands for more (RFC 1951: a match of 258 bytes in two bits).
    private static let mostBytesPerByte = 1_032
    /// The first of an interlaced picture's passes has one pixel of this many.
    private static let firstPassShare = 64

    /// The picture, its long side at most `longSide`. Where it breaks off, what stands before is still worth having.
    ///
    /// - Parameter container: its damage is taken back where only the end mark is missing.
    static func decode(
        _ file: MediaFile, _ container: inout PictureContainer, longSide: Int?
    ) throws(DecodingError) -> DecodedPicture {
        guard let reader = cpng_open(file.descriptor) else { throw .outOfMemory }
        defer { cpng_close(reader) }
        var header = cpng_header()
        guard cpng_read_header(reader, &header) else { throw .damagedPicture }
        let size = PixelSize(width: Int(header.width), height: Int(header.height))
        try DecodingLimits.check(size)
        // A file of some bytes cannot fill memory for millions of pixels, which is not even taken.
        let first = header.is_interlaced ? size.height / firstPassShare : 1
        guard header.stored_row_byte_count * first / mostBytesPerByte <= file.byteCount else { throw .damagedPicture }
        let format = header.channels == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        let (pixels, isWhole) =
            header.is_interlaced
            ? try interlaced(reader, size, format, target: target) : try rows(reader, size, format, target: target)
        let isWrong = !isWhole || cpng_has_wrong_checksum(reader)
        if container.damage == .pictureCutOff, isWhole { container.damage = nil }
        return DecodedPicture(
            pixels: pixels, fullSize: size, damage: container.damage ?? (isWrong ? .pictureCorrupt : nil))
    }

    private static func rows(
        _ reader: OpaquePointer, _ size: PixelSize, _ format: AVPixelFormat, target: PixelSize
    ) throws(DecodingError) -> (PixelBuffer, isWhole: Bool) {
        let shrinking = try RowShrinking(of: size, format, to: target)
        var isWhole = true
        try shrinking.addAll { first, band, stride, count throws(DecodingError) in
            let there = isWhole ? cpng_read_rows(reader, band, stride, count) : 0
            guard first + there > 0 else { throw .damagedPicture }
            guard there < count else { return }
            isWhole = false
            (band + there * stride).update(repeating: 0, count: (count - there) * stride)
        }
        return (try shrinking.picture(), isWhole)
    }

    private static func interlaced(
        _ reader: OpaquePointer, _ size: PixelSize, _ format: AVPixelFormat, target: PixelSize
    ) throws(DecodingError) -> (PixelBuffer, isWhole: Bool) {
        let frame = try Frame(size: size, format: format)
        guard let rows = frame.pointer.pointee.data.0 else { throw .outOfMemory }
        rows.update(repeating: 0, count: frame.stride * size.height)
        let passes = cpng_read_interlaced(reader, rows, frame.stride)
        guard passes > 0 else { throw .damagedPicture }
        return (try frame.picture(size: target), passes == 7)
    }
}
