import Glibc
import MediaTypes

/// How a large picture is cut: rows and columns of tiles of one size.
public struct SliceGrid: Hashable, Sendable {
    /// Tiles from top to bottom.
    public let rows: Int
    /// Tiles from left to right.
    public let columns: Int

    /// A grid of this shape.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// How many tiles there are.
    public var count: Int { rows * columns }

    /// The grid for a picture whose area is more than `side²` pixels and that may be cut, else `nil`.
    ///
    /// As many tiles as the area holds units of `side²`, one more or one less, at most `limit`; among these grids the
    /// one whose shape is nearest to the picture's in the logarithm, and of equally near ones that with more rows.
    /// Source: MODEL.md §4, with its order of candidates, since which of two nearly equal grids wins depends on it.
    init?(for size: PixelSize, side: Int, limit: Int) {
        let area = Double(size.width) * Double(size.height)
        // Compared before the conversion: a quotient of any size is then a number of tiles.
        let count = Int(min((area / Double(side * side)).rounded(.up), Double(limit)))
        guard count > 1 else { return nil }
        let shape = log(Double(size.width) / Double(size.height))
        var best = SliceGrid(rows: 1, columns: 1)
        var leastError = Double.infinity
        for tiles in [count - 1, count, count + 1] where tiles > 1 && tiles <= limit {
            for rows in 1...tiles where tiles.isMultiple(of: rows) {
                let columns = tiles / rows
                let error = abs(shape - log(Double(columns) / Double(rows)))
                guard error < leastError || (error == leastError && rows > best.rows) else { continue }
                best = SliceGrid(rows: rows, columns: columns)
                leastError = error
            }
        }
        self = best
    }
}
