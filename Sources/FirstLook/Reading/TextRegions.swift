import Foundation
import MediaTypes

/// From a map of how likely each pixel is text to the frames of lines. Source: Liao et al. 2020 (DB), with the thresholds
/// that PP-OCR is measured with.
struct TextRegions {
    /// More likely than this is text.
    static let threshold: Float = 0.3
    /// A frame that is filled less than this is none.
    static let leastShare = 0.5
    /// How much the map's regions, which are shrunk by design, are widened again.
    static let widening = 1.6
    private static let leastSide = 3.0
    private static let mostRegions = 1000

    private let map: UnsafeBufferPointer<Float>
    private let width: Int
    private let height: Int

    /// - `map`: row after row; outlives this.
    init(map: UnsafeBufferPointer<Float>, width: Int, height: Int) {
        precondition(map.count == width * height)
        (self.map, self.width, self.height) = (map, width, height)
    }

    /// The frames of lines in a picture of this size, which the map was made of.
    func frames(in size: PixelSize) -> [Quadrilateral] {
        outlines().prefix(Self.mostRegions).compactMap { outline in
            guard let tight = TurnedRectangle(around: outline), tight.shortSide >= Self.leastSide else { return nil }
            let frame = Quadrilateral(tight.corners)
            guard share(inside: frame) >= Self.leastShare, let wide = Self.widened(frame),
                wide.shortSide >= Self.leastSide + 2
            else { return nil }
            return Self.frame(Quadrilateral(wide.corners), scaledTo: size, from: (width, height))
        }
    }

    private static func frame(
        _ frame: Quadrilateral, scaledTo size: PixelSize, from map: (width: Int, height: Int)
    ) -> Quadrilateral? {
        let corners = frame.corners.map { corner in
            Point(
                x: min(
                    max((corner.x / Double(map.width) * Double(size.width)).rounded(.toNearestOrEven), 0),
                    Double(size.width - 1)),
                y: min(
                    max((corner.y / Double(map.height) * Double(size.height)).rounded(.toNearestOrEven), 0),
                    Double(size.height - 1)))
        }
        let frame = Quadrilateral(corners)
        let (wide, tall) = (
            frame.corners[0].distance(to: frame.corners[1]), frame.corners[0].distance(to: frame.corners[3])
        )
        return Int(wide) > 3 && Int(tall) > 3 ? frame : nil
    }

    // MARK: Regions

    /// The outermost pixels of each region of text, one list a region; the lowest region first.
    private func outlines() -> [[Point]] {
        let runs = textRuns()
        var parents = Array(runs.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index {
                parents[index] = parents[parents[index]]
                index = parents[index]
            }
            return index
        }
        // Runs of neighbouring rows that touch, corners included, are one region.
        var (previous, row) = (0..<0, 0..<0)
        for line in 0..<height {
            row = row.upperBound..<(runs[row.upperBound...].firstIndex { $0.line != line } ?? runs.count)
            var above = previous.lowerBound
            for index in row {
                while above < previous.upperBound, runs[above].end < runs[index].start - 1 { above += 1 }
                var touching = above
                while touching < previous.upperBound, runs[touching].start <= runs[index].end + 1 {
                    let (a, b) = (root(index), root(touching))
                    parents[max(a, b)] = min(a, b)
                    touching += 1
                }
            }
            previous = row
        }
        var points: [Int: [Point]] = [:]
        for (index, run) in runs.enumerated() {
            points[root(index), default: []] += [
                Point(x: Double(run.start), y: Double(run.line)), Point(x: Double(run.end), y: Double(run.line)),
            ]
        }
        return points.sorted { $0.key > $1.key }.map(\.value)
    }

    private struct Run {
        var line: Int
        var start: Int
        /// Its last pixel.
        var end: Int
    }

    /// Text in each row, widened by a pixel to the right and downwards.
    private func textRuns() -> [Run] {
        var runs: [Run] = []
        for line in 0..<height {
            var start: Int?
            for column in 0...width {
                let isText = column < width && isTextNear(line, column)
                if isText, start == nil { start = column }
                if !isText, let first = start {
                    runs.append(Run(line: line, start: first, end: column - 1))
                    start = nil
                }
            }
        }
        return runs
    }

    private func isTextNear(_ line: Int, _ column: Int) -> Bool {
        let place = line * width + column
        return map[place] > Self.threshold
            || column > 0 && map[place - 1] > Self.threshold
            || line > 0
                && (map[place - width] > Self.threshold || column > 0 && map[place - width - 1] > Self.threshold)
    }

    // MARK: Frames

    /// The mean of the map inside a frame.
    private func share(inside frame: Quadrilateral) -> Double {
        let (xs, ys) = (frame.corners.map(\.x), frame.corners.map(\.y))
        func bounds(_ values: [Double], _ side: Int) -> (Int, Int) {
            func clamped(_ value: Double) -> Int { min(max(Int(value), 0), side - 1) }
            return (clamped((values.min() ?? 0).rounded(.down)), clamped((values.max() ?? 0).rounded(.up)))
        }
        let ((left, right), (top, bottom)) = (bounds(xs, width), bounds(ys, height))
        // Corners on whole pixels, as the reference fills them.
        let corners = frame.corners.map {
            (x: ($0.x - Double(left)).rounded(.towardZero), y: ($0.y - Double(top)).rounded(.towardZero))
        }
        var (sum, count) = (0.0, 0)
        for row in 0...(bottom - top) {
            var (first, last) = (Double.infinity, -Double.infinity)
            for (index, a) in corners.enumerated() {
                let b = corners[(index + 1) % 4]
                guard min(a.y, b.y) <= Double(row), Double(row) <= max(a.y, b.y) else { continue }
                let crossings = a.y == b.y ? [a.x, b.x] : [a.x + (Double(row) - a.y) * (b.x - a.x) / (b.y - a.y)]
                for x in crossings { (first, last) = (min(first, x), max(last, x)) }
            }
            guard first <= last else { continue }
            for column in max(
                Int(first.rounded()), 0)...max(min(Int(last.rounded()), right - left), max(Int(first.rounded()), 0))
            {
                guard column <= right - left else { break }
                sum += Double(map[(top + row) * width + left + column])
                count += 1
            }
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    /// A frame moved outwards on all sides, its corners rounded: the rectangle around that.
    private static func widened(_ frame: Quadrilateral) -> TurnedRectangle? {
        guard frame.perimeter > 0 else { return nil }
        let distance = frame.area * widening / frame.perimeter
        let corners = frame.corners.map { (x: $0.x.rounded(.towardZero), y: $0.y.rounded(.towardZero)) }
        // Arcs in steps that stay within a quarter of a pixel of the circle.
        let step = 2 * acos(max(1 - 0.25 / max(distance, 0.25), -1))
        var points: [Point] = []
        for (index, corner) in corners.enumerated() {
            let (before, after) = (corners[(index + 3) % 4], corners[(index + 1) % 4])
            let arriving = atan2(corner.y - before.y, corner.x - before.x) - .pi / 2
            var leaving = atan2(after.y - corner.y, after.x - corner.x) - .pi / 2
            while leaving < arriving { leaving += 2 * .pi }
            let steps = max(Int(((leaving - arriving) / step).rounded(.up)), 1)
            for place in 0...steps {
                let angle = arriving + (leaving - arriving) * Double(place) / Double(steps)
                points.append(
                    Point(
                        x: (corner.x + distance * cos(angle)).rounded(), y: (corner.y + distance * sin(angle)).rounded()
                    ))
            }
        }
        return TurnedRectangle(around: points)
    }
}
