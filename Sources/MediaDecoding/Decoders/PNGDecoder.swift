import CLibAV
import CPNGReader
import MediaTypes

/// PNG by libpng, row by row: unless it is interlaced, a picture of any size takes memory for the one that is asked for only.
enum PNGDecoder {
    /// Those of an interlaced picture: Adam7.
    private static let passCount = 7

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
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        let (pixels, isWhole) =
            header.is_interlaced
            ? try passes(reader, size, target: target, isEnded: end == .whole) : try rows(reader, size, target: target)
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
        _ reader: OpaquePointer, _ size: PixelSize, target: PixelSize
    ) throws(DecodingError) -> (PixelBuffer, isWhole: Bool) {
        let shrinking = try RowShrinking(of: size, to: target)
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

    /// An interlaced picture has to be in memory before it is shrunk: only as many of its passes as leave something to average.
    ///
    /// - Parameter isEnded: whether the file has its end mark: whether the passes that are not read are there.
    private static func passes(
        _ reader: OpaquePointer, _ size: PixelSize, target: PixelSize, isEnded: Bool
    ) throws(DecodingError) -> (PixelBuffer, isWhole: Bool) {
        let shift = (1...3).last { (size.longSide >> $0) >= 2 * target.longSide } ?? 0
        let frame = try Frame(size: size.everyPixel(shift), format: AV_PIX_FMT_RGB24)
        guard let rows = frame.pointer.pointee.data.0 else { throw .outOfMemory }
        let passes = Int(cpng_read_passes(reader, CInt(shift), rows, frame.stride))
        guard passes > 0 else { throw .damagedPicture }
        // Pixels that no pass has written are left out.
        let there = max(shift, (passCount - passes + 1) / 2)
        if there == shift { return (try frame.picture(size: target), shift == 0 || isEnded) }
        return (try frame.everyPixel(there - shift).picture(size: target), false)
    }
}

extension PixelSize {
    /// How many are left of every 2^`shift`-th pixel, to the right and down.
    fileprivate func everyPixel(_ shift: Int) -> PixelSize {
        PixelSize(width: ((width - 1) >> shift) + 1, height: ((height - 1) >> shift) + 1)
    }
}

extension Frame {
    /// Every 2^`shift`-th pixel of every 2^`shift`-th row, of packed RGB.
    fileprivate func everyPixel(_ shift: Int) throws(DecodingError) -> Frame {
        let result = try Frame(size: size.everyPixel(shift), format: AV_PIX_FMT_RGB24)
        guard let source = pointer.pointee.data.0, let rows = result.pointer.pointee.data.0 else { throw .outOfMemory }
        for y in 0..<result.size.height {
            for x in 0..<result.size.width {
                let pixel = source + (y << shift) * stride + 3 * (x << shift)
                (rows + y * result.stride + 3 * x).update(from: pixel, count: 3)
            }
        }
        return result
    }
}
