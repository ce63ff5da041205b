import CTesseract
import Glibc

/// Finds what looks like lines of text in a photograph: rows of marks of one height with one slope.
///
/// Tesseract's own search expects a page. In a photograph text is small, tilted, light on dark and surrounded by leaves
/// and bricks; given one straightened line at a time, Tesseract reads it well.
enum TextFinder {
    /// A row of marks, in the pixels of the picture it was found in.
    struct Row {
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
    static func rows(in picture: GreyPicture, limit: Int) -> [Row] {
        var found = rows(in: picture, heights: 6...120)
        // Signs and headlines, the insides of whose letters would pass for background at full size.
        if let half = picture.scaled(by: 0.5) {
            found += rows(in: half, heights: 40...200).map { $0.scaled(by: 2) }
        }
        found.sort { $0.markCount > $1.markCount }
        var kept: [Row] = []
        for row in found where kept.count < limit {
            // The gaps between light letters are rows of dark marks, too, only fewer.
            let isKnown = kept.contains { known in
                known.box.overlap(with: row.box) > 0.5 * min(known.box.area, row.box.area)
                    && abs(known.height - row.height) < 0.6 * max(known.height, row.height)
            }
            if !isKnown { kept.append(row) }
        }
        return kept
    }

    /// Rows of dark marks and of light ones.
    ///
    /// - Parameter heights: of letters, in pixels.
    private static func rows(in picture: GreyPicture, heights: ClosedRange<Int32>) -> [Row] {
        [false, true].flatMap { isLight in
            MarkChains.chains(of: marks(in: picture, isLight: isLight, heights: heights))
                .compactMap { Row(through: $0, isLight: isLight) }
        }
    }

    /// Boxes around connected marks of the size of letters.
    private static func marks(in picture: GreyPicture, isLight: Bool, heights: ClosedRange<Int32>) -> [TextBox] {
        var grey: UnsafeMutablePointer<Pix>? = isLight ? pixInvert(nil, picture.pix) : pixClone(picture.pix)
        defer { pixDestroy(&grey) }
        var binary: UnsafeMutablePointer<Pix>?
        defer { pixDestroy(&binary) }
        pixSauvolaBinarizeTiled(grey, sauvolaReach, sauvolaFactor, 1, 1, nil, &binary)
        guard binary != nil else { return [] }
        var boxes = pixConnCompBB(binary, 8)
        defer { boxaDestroy(&boxes) }
        guard let boxes else { return [] }
        return (0..<boxaGetCount(boxes)).compactMap { index in
            var (left, top, width, height): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            boxaGetBoxGeometry(boxes, index, &left, &top, &width, &height)
            guard heights.contains(height), width >= 2, width <= 6 * height else { return nil }
            return TextBox(
                left: Double(left), top: Double(top), right: Double(left + width), bottom: Double(top + height))
        }
    }

    /// Sauvola's method compares a pixel with those this far around it: half the height of usual letters…
    private static let sauvolaReach: Int32 = 18
    /// … and calls it dark where it is this much darker, for their contrast. The usual 0.34 loses pale print.
    private static let sauvolaFactor: Float = 0.22
}

extension TextFinder.Row {
    /// From the highest mark to the lowest, in pixels, as Tesseract is given it: it scales lines to 36 with their margin.
    private static let readingHeight = 44.0

    /// The row that a chain of marks forms; `nil` where the marks do not stand on one line.
    init?(through chain: [TextBox], isLight: Bool) {
        guard chain.count >= 4, let mark = chain.first else { return nil }
        let count = Double(chain.count)
        let typical = chain.map(\.height).sorted()[chain.count / 2]
        let middleX = chain.reduce(0) { $0 + $1.centre.x } / count
        let middleY = chain.reduce(0) { $0 + $1.centre.y } / count
        // The slope of the marks' middles, by least squares.
        let spread = chain.reduce(0) { $0 + ($1.centre.x - middleX) * ($1.centre.x - middleX) }
        let covariance = chain.reduce(0) { $0 + ($1.centre.x - middleX) * ($1.centre.y - middleY) }
        guard spread > 0 else { return nil }
        let slope = atan(covariance / spread)
        let (sine, cosine) = (sin(slope), cos(slope))
        func across(_ x: Double, _ y: Double) -> Double { (y - middleY) * cosine - (x - middleX) * sine }
        let bottoms = chain.map { across($0.centre.x, $0.bottom) }.sorted()
        let highest = chain.map { across($0.centre.x, $0.top) }.min() ?? 0
        let lowest = bottoms[bottoms.count - 1]
        let baseline = bottoms[bottoms.count / 2]
        // Letters stand on a line, but for those that hang below it; leaves do not.
        let standing = bottoms.count { abs($0 - baseline) < 0.2 * typical + 1 }
        let start = (mark.left - middleX) / cosine
        let end = ((chain.map(\.right).max() ?? mark.right) - middleX) / cosine
        guard abs(slope) < 0.6, Double(standing) >= 0.55 * count, end - start > 2 * typical else { return nil }
        let along = (start + end) / 2
        let offset = (lowest + highest) / 2
        self.init(
            centre: (middleX + along * cosine - offset * sine, middleY + along * sine + offset * cosine),
            slope: slope, length: end - start, height: lowest - highest, isLight: isLight, markCount: chain.count,
            box: chain.dropFirst().reduce(mark) { $0.union($1) })
    }

    /// The row in a picture that is `factor` times as large.
    func scaled(by factor: Double) -> TextFinder.Row {
        var row = self
        row.centre = (centre.x * factor, centre.y * factor)
        row.length *= factor
        row.height *= factor
        row.box = box.scaled(by: factor)
        return row
    }

    /// The row turned level, dark on light, as tall as it is read best.
    func straightened(in picture: GreyPicture) -> GreyPicture? {
        let reach = length / 2 + height
        let rise = reach * abs(sin(slope)) + height * 1.2
        // Turning is about the middle of what is clipped: so as much is taken on one side as on the other.
        let across = min(reach, centre.x, Double(picture.width) - centre.x)
        let down = min(rise, centre.y, Double(picture.height) - centre.y)
        let region = TextBox(
            left: centre.x - across, top: centre.y - down, right: centre.x + across, bottom: centre.y + down)
        guard let clip = picture.clipped(to: region), let level = clip.rotated(clockwise: -slope) else { return nil }
        let (middleX, middleY) = (Double(level.width) / 2, Double(level.height) / 2)
        let margin = height * 0.45
        let strip = TextBox(
            left: max(0, middleX - length / 2 - margin), top: max(0, middleY - height / 2 - margin),
            right: min(Double(level.width), middleX + length / 2 + margin),
            bottom: min(Double(level.height), middleY + height / 2 + margin))
        guard let cut = level.clipped(to: strip), let scaled = cut.scaled(by: Self.readingHeight / height) else {
            return nil
        }
        if isLight { return scaled.inverted() }
        return scaled
    }
}
