/// Found pieces of text in the order in which they are read, those of one line put together.
///
/// A picture is cut where nothing is written: into blocks above each other, into columns beside each other, and so on in each
/// part. Source: Nagy and Seth 1984 (recursive X–Y cut), with columns of prose cut before rows.
public enum ReadingOrder {
    /// A piece with its upright frame.
    private struct Piece {
        var text: String
        var confidence: Double
        var left, top, right, bottom: Double

        var height: Double { bottom - top }
    }

    /// The gap between columns, in heights of a line: words of a line are at most one apart.
    private static let columnGap = 2.0
    /// The gap up to which two pieces are one line, in heights.
    private static let wordGap = 1.0
    /// Cuts within cuts; pages have three or four, and hostile pictures must not have thousands.
    private static let depthLimit = 24

    /// The lines that these pieces make.
    public static func lines(of found: [FoundLine]) -> [FoundLine] {
        ordered(found.compactMap(piece), depth: 0).map { piece in
            FoundLine(
                text: piece.text, confidence: piece.confidence,
                corners: [
                    Point(x: piece.left, y: piece.top), Point(x: piece.right, y: piece.top),
                    Point(x: piece.right, y: piece.bottom), Point(x: piece.left, y: piece.bottom),
                ])
        }
    }

    private static func piece(_ line: FoundLine) -> Piece? {
        let (xs, ys) = (line.corners.map(\.x), line.corners.map(\.y))
        guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else { return nil }
        return Piece(
            text: line.text, confidence: line.confidence, left: left, top: top, right: right, bottom: bottom)
    }

    private static func ordered(_ pieces: [Piece], depth: Int) -> [Piece] {
        guard pieces.count > 1 else { return pieces }
        let height = median(pieces.map(\.height))
        if depth < depthLimit {
            let columns = cut(pieces, from: \.left, to: \.right, gap: columnGap * height)
            let rows = cut(pieces, from: \.top, to: \.bottom, gap: 0)
            if columns.count > 1, rows.count == 1 || columns.allSatisfy(isProse) {
                return columns.flatMap { ordered($0, depth: depth + 1) }
            }
            if rows.count > 1 {
                return aroundColumns(rows, gap: columnGap * height).flatMap { ordered($0, depth: depth + 1) }
            }
        }
        return joined(pieces, height: height)
    }

    /// Rows that stand by themselves, but for a page's middle that has columns of text below a heading or above a foot.
    private static func aroundColumns(_ rows: [[Piece]], gap: Double) -> [[Piece]] {
        for outside in 1...6 where rows.count > outside {
            for above in 0...outside {
                let middle = Array(rows[above..<(rows.count - outside + above)].joined())
                let columns = cut(middle, from: \.left, to: \.right, gap: gap)
                if columns.count > 1, columns.allSatisfy(isProse) {
                    return rows[..<above] + [middle] + rows[(rows.count - outside + above)...]
                }
            }
        }
        return rows
    }

    /// Whether pieces are several lines of a column of text, rather than cells of a table or a menu's names.
    private static func isProse(_ pieces: [Piece]) -> Bool {
        pieces.count >= 4 && median(pieces.map { ($0.right - $0.left) / max($0.height, 1) }) > 12
    }

    /// Parts between which a straight cut meets nothing for at least `gap`.
    private static func cut(
        _ pieces: [Piece], from start: KeyPath<Piece, Double>, to end: KeyPath<Piece, Double>, gap: Double
    ) -> [[Piece]] {
        var parts: [[Piece]] = []
        var reach = -Double.infinity
        for piece in pieces.sorted(by: { $0[keyPath: start] < $1[keyPath: start] }) {
            // Frames are a little larger than what they frame, so that lines close together touch.
            let slack = min(0.2 * piece.height, 0.5 * (piece[keyPath: end] - piece[keyPath: start]))
            if parts.isEmpty || piece[keyPath: start] + slack >= reach + gap {
                parts.append([piece])
            } else {
                parts[parts.count - 1].append(piece)
            }
            reach = max(reach, piece[keyPath: end] - slack)
        }
        return parts
    }

    /// What no cut parts: rows by their middles, and in each from left to right, near pieces joined.
    private static func joined(_ pieces: [Piece], height: Double) -> [Piece] {
        var rows: [[Piece]] = []
        for piece in pieces.sorted(by: { $0.top + $0.bottom < $1.top + $1.bottom }) {
            if let last = rows.last?.last, overlap(last, piece) > 0.5 * min(last.height, piece.height) {
                rows[rows.count - 1].append(piece)
            } else {
                rows.append([piece])
            }
        }
        return rows.flatMap { row in
            row.sorted { $0.left < $1.left }.reduce(into: [Piece]()) { line, piece in
                if let last = line.last, piece.left - last.right < wordGap * min(last.height, piece.height) {
                    line[line.count - 1] = join(last, piece)
                } else {
                    line.append(piece)
                }
            }
        }
    }

    private static func overlap(_ a: Piece, _ b: Piece) -> Double { min(a.bottom, b.bottom) - max(a.top, b.top) }

    private static func join(_ a: Piece, _ b: Piece) -> Piece {
        let isSpaced =
            !(a.text.unicodeScalars.last.map(isUnspaced) ?? false)
            || !(b.text.unicodeScalars.first.map(isUnspaced) ?? false)
        let (first, second) = (Double(a.text.count), Double(b.text.count))
        return Piece(
            text: a.text + (isSpaced ? " " : "") + b.text,
            confidence: (a.confidence * first + b.confidence * second) / max(first + second, 1),
            left: min(a.left, b.left), top: min(a.top, b.top), right: max(a.right, b.right),
            bottom: max(a.bottom, b.bottom))
    }

    /// Chinese and Japanese signs, which are written without spaces between them.
    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3000...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF: true
        default: false
        }
    }

    private static func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
}
