import CLibAV
import CPNGReader
import MediaTypes

/// PNG by libpng, row by row: unless it is interlaced, a picture of any size takes memory for the one that is asked for only.
enum PNGDecoder {
    /// The picture, its long side at most `longSide`. Where it breaks off, what stands before is still worth having; an end
    /// mark alone that is missing costs nothing.
    ///
    /// - Parameter end: where the file breaks off.
    static func decode(
        _ file: MediaFile, end: PNGContainer.End, longSide: Int?
    ) throws(DecodingError) -> DecodedPicture {
        guard let reader = reader(of: file, end: end) else { throw .outOfMemory }
        defer { cpng_close(reader) }
        var header = cpng_header()
        guard cpng_read_header(reader, &header) else { throw .damagedPicture }
        let size = PixelSize(width: Int(header.width), height: Int(header.height))
        try DecodingLimits.check(size)
        let format = header.channels == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        if header.is_interlaced, !header.mayHaveFirstPass(in: file.byteCount) { throw .damagedPicture }
        let (pixels, isWhole) =
            header.is_interlaced
            ? try interlaced(reader, size, format, target: target) : try rows(reader, size, format, target: target)
        var damage = cpng_has_wrong_checksum(reader) ? Damage.pictureCorrupt : nil
        if !isWhole { damage = end == .whole ? .pictureCorrupt : .pictureCutOff }
        return DecodedPicture(pixels: pixels, fullSize: size, damage: damage)
    }

    private static func reader(of file: MediaFile, end: PNGContainer.End) -> OpaquePointer? {
        // Only of pixels is a part of a chunk of use.
        guard case .inChunk(let chunk) = end, chunk.name == "IDAT" else { return cpng_open(file.descriptor, -1, 0) }
        return cpng_open(file.descriptor, chunk.start - 8, UInt32(clamping: chunk.length))
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

extension cpng_header {
    /// Whether a file of this many bytes can hold as much as the first of an interlaced picture's passes: memory is taken for
    /// all of it.
    func mayHaveFirstPass(in byteCount: Int64) -> Bool {
        // One row of eight, of one pixel in eight; and no byte of deflate's stands for more (RFC 1951: a match of 258 bytes in
        // two bits).
        Int64(stored_row_byte_count) / 8 * ((Int64(height) + 7) / 8) / 1_032 <= byteCount
    }
}
