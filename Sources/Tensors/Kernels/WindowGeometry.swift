/// How a window moves over a picture.
struct WindowGeometry: Sendable, Equatable {
    var rows: Int
    var columns: Int
    var rowStride = 1
    var columnStride = 1
    /// Rows and columns of nothing around the picture.
    var top = 0
    var left = 0
    var bottom = 0
    var right = 0

    /// Rows and columns of the result; `nil`: the window is larger than the picture.
    func result(rows height: Int, columns width: Int) -> (rows: Int, columns: Int)? {
        let (tall, wide) = (height + top + bottom - rows, width + left + right - columns)
        guard tall >= 0, wide >= 0 else { return nil }
        return (tall / rowStride + 1, wide / columnStride + 1)
    }

    var isPointwise: Bool { self == WindowGeometry(rows: 1, columns: 1) }

    /// Neighbouring results of a row, of which each one's window has the same columns inside the picture.
    struct Span: Equatable {
        var results: Range<Int>
        /// Columns of the window.
        var taps: Range<Int>
    }

    /// A row of results: at the edges one at a time, where some of the window lies outside; all others at once.
    func spans(over width: Int, results count: Int) -> [Span] {
        let inside = min((left + columnStride - 1) / columnStride, count)
        let fits = width + left - columns
        let outside = fits < 0 ? inside : max(min(fits / columnStride + 1, count), inside)
        func edge(_ results: Range<Int>) -> [Span] {
            results.map { column in
                let at = column * columnStride - left
                let first = max(-at, 0)
                return Span(results: column..<(column + 1), taps: first..<max(min(columns, width - at), first))
            }
        }
        let middle = inside < outside ? [Span(results: inside..<outside, taps: 0..<columns)] : []
        return edge(0..<inside) + middle + edge(outside..<count)
    }

    /// For a row of results, counted through a batch of pictures: the window's rows that lie inside its picture, and the
    /// row that the first of them meets.
    func reach(of line: Int, over height: Int, results count: Int) -> (taps: Range<Int>, first: Int) {
        let at = line % count * rowStride - top
        let taps = max(-at, 0)..<max(min(rows, height - at), max(-at, 0))
        return (taps, line / count * height + at + taps.lowerBound)
    }

    /// The rows that windows of these results look at, those outside the picture among them.
    func rowsReached(for results: Range<Int>) -> Range<Int> {
        let first = results.lowerBound * rowStride - top
        return first..<((results.upperBound - 1) * rowStride - top + rows)
    }

    /// The picture's rows that windows of these results look at.
    func rowsRead(for results: Range<Int>, of height: Int) -> Range<Int> {
        rowsReached(for: results).clamped(to: 0..<height)
    }
}
