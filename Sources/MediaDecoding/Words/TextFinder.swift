import CTesseract
import Glibc

/// Finds what looks like lines of text in a photograph: rows of marks of one height with one slope.
///
/// Tesseract's own search expects a page. In a photograph text is small, tilted, light on dark and surrounded by leaves
/// and bricks; given one straightened line at a time, Tesseract reads it well.
enum TextFinder {
    /// A row of marks, in the pixels of the picture it was found in.
    struct Line {
        /// The middle of the row.
        var centre: (x: Double, y: Double)
        /// How far the row falls to the right, in radians.
        var slope: Double
        /// Along the row.
        var length: Double
        /// Across the row, from the highest mark to the lowest.
        var height: Double
        /// Whether the marks are lighter than what is around them.
        var isLight: Bool
        /// The number of marks.
        var markCount: Int
        /// A box around the marks.
        var box: TextBox
    }

    /// The rows, those with the most marks first, at most `limit`.
    static func lines(in picture: borrowing GreyPicture, limit: Int) -> [Line] {
        var found: [Line] = []
        for isLight in [false, true] {
            found += lines(marks: marks(in: picture, isLight: isLight), isLight: isLight)
        }
        found.sort { $0.markCount > $1.markCount }
        var kept: [Line] = []
        for line in found where kept.count < limit {
            // The gaps between light letters are rows of dark marks, too, only fewer.
            let isKnown = kept.contains {
                $0.box.overlap(with: line.box) > 0.5 * min($0.box.area, line.box.area)
                    && abs($0.height - line.height) < 0.6 * max($0.height, line.height)
            }
            if !isKnown { kept.append(line) }
        }
        return kept
    }

    /// The line straightened, dark on light, tall enough to be read well.
    static func straightened(_ line: Line, in picture: borrowing GreyPicture) -> GreyPicture? {
        let reach = line.length / 2 + line.height
        let half = TextBox(
            left: line.centre.x - reach, top: line.centre.y - reach * abs(sin(line.slope)) - line.height * 1.2,
            right: line.centre.x + reach, bottom: line.centre.y + reach * abs(sin(line.slope)) + line.height * 1.2)
        // Leptonica clips to the picture; what is turned about is then not quite the line's middle, so the region is kept
        // symmetrical by clipping it here.
        let horizontal = min(line.centre.x - max(0, half.left), min(Double(picture.width), half.right) - line.centre.x)
        let vertical = min(line.centre.y - max(0, half.top), min(Double(picture.height), half.bottom) - line.centre.y)
        let region = TextBox(
            left: line.centre.x - horizontal, top: line.centre.y - vertical, right: line.centre.x + horizontal,
            bottom: line.centre.y + vertical)
        guard let clip = picture.clipped(to: region), let turned = clip.rotated(clockwise: -line.slope) else {
            return nil
        }
        let margin = line.height * 0.45
        let strip = TextBox(
            left: max(0, Double(turned.width) / 2 - line.length / 2 - margin),
            top: max(0, Double(turned.height) / 2 - line.height / 2 - margin),
            right: min(Double(turned.width), Double(turned.width) / 2 + line.length / 2 + margin),
            bottom: min(Double(turned.height), Double(turned.height) / 2 + line.height / 2 + margin))
        guard let cut = turned.clipped(to: strip), let scaled = cut.scaled(by: readingHeight / line.height) else {
            return nil
        }
        if line.isLight { return scaled.inverted() }
        return scaled
    }

    /// From the highest mark to the lowest, in pixels: Tesseract scales lines to 36.
    private static let readingHeight = 44.0

    /// Boxes around connected marks of the size of letters.
    private static func marks(in picture: borrowing GreyPicture, isLight: Bool) -> [TextBox] {
        var grey: UnsafeMutablePointer<Pix>? = isLight ? pixInvert(nil, picture.pix) : pixClone(picture.pix)
        defer { pixDestroy(&grey) }
        var binary: UnsafeMutablePointer<Pix>?
        defer { pixDestroy(&binary) }
        pixSauvolaBinarizeTiled(grey, 18, 0.22, 1, 1, nil, &binary)
        guard binary != nil else { return [] }
        var boxes = pixConnCompBB(binary, 8)
        defer { boxaDestroy(&boxes) }
        guard let boxes else { return [] }
        var marks: [TextBox] = []
        for index in 0..<boxaGetCount(boxes) {
            var (left, top, width, height): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            boxaGetBoxGeometry(boxes, index, &left, &top, &width, &height)
            guard (6...120).contains(height), width >= 2, width <= 6 * height else { continue }
            marks.append(
                TextBox(
                    left: Double(left), top: Double(top), right: Double(left + width), bottom: Double(top + height)))
        }
        return marks
    }

    /// Chains marks to their right-hand neighbours of like height, and keeps the chains that are straight.
    private static func lines(marks: [TextBox], isLight: Bool) -> [Line] {
        let order = marks.indices.sorted { marks[$0].left < marks[$1].left }
        let sorted = order.map { marks[$0] }
        var next = [Int?](repeating: nil, count: sorted.count)
        var previous = [Int?](repeating: nil, count: sorted.count)
        var bestLeft = [Double](repeating: .infinity, count: sorted.count)
        for (index, mark) in sorted.enumerated() {
            var best: (cost: Double, index: Int)?
            var other = index + 1
            while other < sorted.count, sorted[other].left - mark.right < 1.6 * 120 {
                let candidate = sorted[other]
                let height = max(mark.height, candidate.height)
                let gap = candidate.left - mark.right
                if gap > 1.6 * height { if gap > 1.6 * 120 { break }; other += 1; continue }
                let fall = candidate.centre.y - mark.centre.y
                let ratio = min(mark.height, candidate.height) / height
                if ratio > 0.4, gap > -0.4 * height, abs(fall) < 0.6 * height,
                    candidate.centre.x > mark.centre.x
                {
                    let cost = max(0, gap) + 1.5 * abs(fall) + height * (1 - ratio)
                    if cost < best?.cost ?? .infinity { best = (cost, other) }
                }
                other += 1
            }
            if let best, best.cost < bestLeft[best.index] {
                if let loser = previous[best.index] { next[loser] = nil }
                next[index] = best.index
                previous[best.index] = index
                bestLeft[best.index] = best.cost
            }
        }
        var result: [Line] = []
        for index in sorted.indices where previous[index] == nil {
            var chain = [sorted[index]]
            var at = index
            while let following = next[at] {
                chain.append(sorted[following])
                at = following
            }
            if let line = line(through: chain, isLight: isLight) { result.append(line) }
        }
        return result
    }

    private static func line(through chain: [TextBox], isLight: Bool) -> Line? {
        guard chain.count >= 4 else { return nil }
        let heights = chain.map(\.height).sorted()
        let typical = heights[heights.count / 2]
        // The slope of the middles, least squares.
        let count = Double(chain.count)
        let middleX = chain.reduce(0) { $0 + $1.centre.x } / count
        let middleY = chain.reduce(0) { $0 + $1.centre.y } / count
        let spread = chain.reduce(0) { $0 + ($1.centre.x - middleX) * ($1.centre.x - middleX) }
        guard spread > 0 else { return nil }
        let rise = chain.reduce(0) { $0 + ($1.centre.x - middleX) * ($1.centre.y - middleY) } / spread
        let slope = atan(rise)
        guard abs(slope) < 0.6 else { return nil }
        // Distances across the row of the marks' edges.
        func across(_ x: Double, _ y: Double) -> Double { (y - middleY) * cos(slope) - (x - middleX) * sin(slope) }
        let bottoms = chain.map { across($0.centre.x, $0.bottom) }.sorted()
        let tops = chain.map { across($0.centre.x, $0.top) }.sorted()
        let baseline = bottoms[bottoms.count / 2]
        let level = bottoms.filter { abs($0 - baseline) < 0.2 * typical + 1 }.count
        guard Double(level) >= 0.55 * count else { return nil }
        let alongs = chain.flatMap { [($0.left - middleX), ($0.right - middleX)] }.map { $0 / cos(slope) }
        guard let first = alongs.min(), let last = alongs.max(), let low = bottoms.last, let high = tops.first else {
            return nil
        }
        let along = (first + last) / 2
        let offset = (low + high) / 2
        guard last - first > 2 * typical else { return nil }
        return Line(
            centre: (
                middleX + along * cos(slope) - offset * sin(slope), middleY + along * sin(slope) + offset * cos(slope)
            ),
            slope: slope, length: last - first, height: low - high, isLight: isLight, markCount: chain.count,
            box: chain.dropFirst().reduce(chain[0]) { $0.union($1) })
    }
}
