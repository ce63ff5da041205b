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
        func scaled(_ place: Double, from old: Int, to new: Int) -> Double {
            // In single precision, as the reference scales.
            let exact = Float(place) / Float(old) * Float(new)
            return Double(min(max(exact.rounded(.toNearestOrEven), 0), Float(new - 1)))
        }
        let corners = frame.corners.map { corner in
            Point(
                x: scaled(corner.x, from: map.width, to: size.width),
                y: scaled(corner.y, from: map.height, to: size.height))
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
        let corners = frame.corners.map { (x: Int($0.x - Double(left)), y: Int($0.y - Double(top))) }
        var (sum, count) = (0.0, 0)
        for (row, columns) in Self.filled(corners) where (0...(bottom - top)).contains(row) {
            for column in columns where (0...(right - left)).contains(column) {
                sum += Double(map[(top + row) * width + left + column])
                count += 1
            }
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    /// The columns of each row that a convex shape fills, its edges included, from the top down. Source: OpenCV's `fillPoly`,
    /// whose edges are Bresenham's lines from left to right.
    static func filled(_ corners: [(x: Int, y: Int)]) -> [(row: Int, columns: ClosedRange<Int>)] {
        var rows: [Int: ClosedRange<Int>] = [:]
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            let (from, to) = next.x < corner.x ? (next, corner) : (corner, next)
            let (across, down) = (to.x - from.x, abs(to.y - from.y))
            let steps = max(across, down)
            for step in 0...steps {
                // The nearest whole pixel, the one behind where two are equally near.
                let aside = steps == 0 ? 0 : (2 * step * min(across, down) + steps - 1) / (2 * steps)
                let (x, y) = down > across ? (aside, step) : (step, aside)
                let (column, row) = (from.x + x, from.y + (to.y < from.y ? -y : y))
                let old = rows[row] ?? column...column
                rows[row] = min(old.lowerBound, column)...max(old.upperBound, column)
            }
        }
        return rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A frame moved outwards on all sides, with round corners, all on whole pixels: the rectangle around that. Source: the
    /// arcs of Clipper 6, in steps that stay within a quarter of a pixel of the circle.
    private static func widened(_ frame: Quadrilateral) -> TurnedRectangle? {
        guard frame.perimeter > 0, frame.area > 0 else { return nil }
        let distance = frame.area * widening / frame.perimeter
        let corners = frame.corners.map { (x: $0.x.rounded(.towardZero), y: $0.y.rounded(.towardZero)) }
        let stepsAround = min(.pi / acos(1 - min(0.25, distance * 0.25) / distance), distance * .pi)
        let (cosine, sine) = (cos(2 * .pi / stepsAround), sin(2 * .pi / stepsAround))
        /// The direction in which an edge moves, which leads to the corner behind this one.
        func outwards(_ index: Int) -> (x: Double, y: Double) {
            let (from, to) = (corners[index], corners[(index + 1) % 4])
            let (x, y) = (to.x - from.x, to.y - from.y)
            let unit = 1 / (x * x + y * y).squareRoot()
            return (y * unit, -x * unit)
        }
        var points: [Point] = []
        for (index, corner) in corners.enumerated() {
            var direction = outwards((index + 3) % 4)
            let last = outwards(index)
            let turn = atan2(
                direction.x * last.y - last.x * direction.y, direction.x * last.x + direction.y * last.y)
            let steps = max(Int((stepsAround / (2 * .pi) * abs(turn)).rounded()), 1)
            let directions =
                (0..<steps).map { _ in
                    defer {
                        direction = (
                            direction.x * cosine - sine * direction.y, direction.x * sine + direction.y * cosine
                        )
                    }
                    return direction
                } + [last]
            points += directions.map {
                Point(x: (corner.x + $0.x * distance).rounded(), y: (corner.y + $0.y * distance).rounded())
            }
        }
        return TurnedRectangle(around: points)
    }
}
