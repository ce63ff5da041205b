import Tensors

/// Rows and columns of patches of one picture, tile or frame.
struct PatchGrid: Hashable, Sendable {
    var rows: Int
    var columns: Int

    var count: Int { rows * columns }

    /// The grid of 2×2 windows.
    var halved: PatchGrid { PatchGrid(rows: rows / 2, columns: columns / 2) }

    /// For each patch in raster order its row of a square position table: the nearest below, none interpolated.
    func positions(tableSide: Int) -> [Int] {
        (0..<rows).flatMap { row in
            (0..<columns).map { column in row * tableSide / rows * tableSide + column * tableSide / columns }
        }
    }

    /// The patches of each 2×2 window, windows in raster order, and inside a window row by row.
    var windows: [Int] {
        (0..<(rows / 2)).flatMap { row in
            (0..<(columns / 2)).flatMap { column in
                let first = 2 * row * columns + 2 * column
                return [first, first + 1, first + columns, first + columns + 1]
            }
        }
    }
}

/// Several grids whose patches stand one after the other.
struct GridBatch: Sendable {
    private(set) var grids: [PatchGrid]

    /// The rows of each grid.
    var segments: [Range<Int>] {
        var start = 0
        return grids.map { grid in
            defer { start += grid.count }
            return start..<(start + grid.count)
        }
    }

    var count: Int { grids.reduce(0) { $0 + $1.count } }

    /// The grids of 2×2 windows.
    var halved: GridBatch { GridBatch(grids: grids.map(\.halved)) }

    /// Rows in the order of windows.
    var windows: [Int] {
        zip(segments, grids).flatMap { segment, grid in grid.windows.map { segment.lowerBound + $0 } }
    }

    /// The rows of `x` with the four of a window next to each other.
    func grouped(_ x: borrowing Tensor) -> Tensor {
        var grouped = Tensor(unsetRows: x.rows, columns: x.columns)
        for (place, row) in windows.enumerated() { grouped.setRows(from: place, to: x, rows: row..<(row + 1)) }
        return grouped
    }
}
