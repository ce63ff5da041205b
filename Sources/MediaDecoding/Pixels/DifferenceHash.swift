import MediaTypes

/// A 64-bit difference hash: for each of 8 × 8 places, whether the picture gets brighter to the right.
///
/// The picture is averaged down to 9 × 8 cells of luma, so scaling and re-encoding change few bits.
/// Source: N. Krawetz, "Kind of like that", 2013.
enum DifferenceHash {
    private static let columns = 9
    private static let rows = 8

    /// The hash of an upright picture; the first bit is the upper left place, and the most significant.
    static func hash(_ picture: PixelBuffer) -> UInt64 {
        let cells = cells(of: picture)
        var hash: UInt64 = 0
        for row in 0..<rows {
            for column in 0..<columns - 1 {
                let left = cells[row * columns + column]
                hash = hash << 1 | (left < cells[row * columns + column + 1] ? 1 : 0)
            }
        }
        return hash
    }

    /// Mean luma of each cell, `[rows, columns]`. Cells of a picture that has fewer pixels than that share them.
    private static func cells(of picture: PixelBuffer) -> [Int] {
        (0..<rows * columns).map { index in
            let ys = span(index / columns, of: rows, in: picture.size.height)
            let xs = span(index % columns, of: columns, in: picture.size.width)
            var sum = 0
            picture.bytes.withUnsafeBufferPointer { bytes in
                for y in ys {
                    for x in xs {
                        let place = (y * picture.size.width + x) * 3
                        // BT.601 luma in 1/256.
                        sum += 77 * Int(bytes[place]) + 150 * Int(bytes[place + 1]) + 29 * Int(bytes[place + 2])
                    }
                }
            }
            return sum / (ys.count * xs.count)
        }
    }

    private static func span(_ index: Int, of count: Int, in length: Int) -> Range<Int> {
        let start = min(index * length / count, length - 1)
        return start..<max(start + 1, (index + 1) * length / count)
    }
}
