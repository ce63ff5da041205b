import MediaTypes

/// The bicubic antialiased resize of 8-bit pictures, in fixed point: along rows first, rounded to bytes, then along
/// columns. An axis that keeps its length is left alone. Source: MODEL.md §4.
///
/// Any range of target rows can be made on its own, with the same bytes: that is how the work is shared, and how
/// pictures are cut without a canvas of the whole. Beside the rows asked for it takes memory for the source rows that
/// one target row looks at, scaled along the row already, and for the weights of a row.
struct PictureResampler: Sendable {
    /// The size before.
    let source: PixelSize
    /// The size after.
    let target: PixelSize
    private let rowWeights: RowWeights?
    private let columnAxis: ResampleAxis?

    /// A resize between these sizes, neither empty.
    init(from source: PixelSize, to target: PixelSize) {
        self.source = source
        self.target = target
        rowWeights =
            source.width == target.width
            ? nil : RowWeights(ResampleAxis(source: source.width, target: target.width))
        columnAxis =
            source.height == target.height ? nil : ResampleAxis(source: source.height, target: target.height)
    }

    /// Rows of the resized picture: `[rows, target width, 3]` bytes.
    ///
    /// - Traps where the picture is not of the source's size or the rows are not in the target.
    func rows(_ rows: Range<Int>, of picture: PixelBuffer) -> [UInt8] {
        precondition(picture.size == source, "a picture of \(picture.size) for a resize of \(source)")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= target.height, "rows \(rows) of \(target)")
        var narrowed = ScaledRows(picture, rowWeights, width: target.width, kept: columnAxis?.longestWindow ?? 1)
        let rowBytes = 3 * target.width
        return [UInt8](unsafeUninitializedCapacity: rows.count * rowBytes) { bytes, count in
            for (place, row) in rows.enumerated() {
                let out = UnsafeMutableBufferPointer(rebasing: bytes[(place * rowBytes)..<((place + 1) * rowBytes)])
                guard let columnAxis else {
                    narrowed.copy(row, to: out)
                    continue
                }
                narrowed.blend(columnAxis.window(row), precision: columnAxis.precision, to: out)
            }
            count = rows.count * rowBytes
        }
    }

    /// The whole resized picture.
    func resized(_ picture: PixelBuffer) -> PixelBuffer {
        PixelBuffer(size: target, bytes: rows(0..<target.height, of: picture))
    }
}
