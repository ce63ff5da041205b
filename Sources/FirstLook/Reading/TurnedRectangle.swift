import Foundation

/// The smallest rectangle, turned or not, around points on whole pixels.
///
/// Rounded as OpenCV 5 rounds in `minAreaRect` and `boxPoints`: in single precision, by way of a middle, two sides and an angle
/// in degrees. What comes next cuts fractions off, so that a corner at 33.99999 is not the one at 34.
struct TurnedRectangle {
    let corners: [Point]
    /// The shorter side.
    let shortSide: Double

    /// `nil`: there are no points.
    init?(around points: [Point]) {
        let hull = Self.hull(of: points)
        guard let first = hull.first else { return nil }
        guard hull.count > 2 else {
            let last = hull[hull.count - 1]
            corners = [first, last, last, first]
            shortSide = 0
            return
        }
        let frame = Self.smallestFrame(around: hull.map { SIMD2(Float($0.x), Float($0.y)) })
        let middle = frame.corner + (frame.across + frame.down) * 0.5
        var (width, height) = (Self.length(frame.down), Self.length(frame.across))
        var degrees: Float = -90
        if frame.across.x == 0, frame.across.y > 0 {
            swap(&width, &height)
        } else {
            degrees = Float(-atan2(Double(frame.across.x), Double(frame.across.y)) * 180 / .pi)
        }
        let angle = Double(degrees) * .pi / 180
        let (cosine, sine) = (Float(cos(angle)) * 0.5, Float(sin(angle)) * 0.5)
        let (acrossX, acrossY, downX, downY) = (cosine * width, sine * width, sine * height, cosine * height)
        corners = [
            (middle.x - downX - acrossX, middle.y + downY - acrossY),
            (middle.x + downX - acrossX, middle.y - downY - acrossY),
            (middle.x + downX + acrossX, middle.y - downY + acrossY),
            (middle.x - downX + acrossX, middle.y + downY + acrossY),
        ].map { Point(x: Double($0.0), y: Double($0.1)) }
        shortSide = Double(min(width, height))
    }

    /// The convex hull, clockwise as pictures are seen, from the point behind the leftmost of the highest ones on, which is
    /// where OpenCV's begin. Source: Andrew 1979.
    static func hull(of points: [Point]) -> [Point] {
        let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        guard sorted.count > 2 else { return sorted }
        func half(_ points: some Sequence<Point>) -> [Point] {
            var chain: [Point] = []
            for point in points {
                while chain.count >= 2 {
                    let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
                    guard (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) <= 0 else { break }
                    chain.removeLast()
                }
                chain.append(point)
            }
            return chain.dropLast()
        }
        let around = half(sorted) + half(sorted.reversed())
        guard let top = around.indices.min(by: { (around[$0].y, around[$0].x) < (around[$1].y, around[$1].x) }) else {
            return []
        }
        return Array(around[(top + 1)...] + around[...top])
    }

    // MARK: Rotating calipers

    /// A corner, and the two sides that begin there.
    private struct Frame {
        var corner, across, down: SIMD2<Float>
    }

    /// A rectangle that is turned around the hull until each of its edges has had a side on it. Source: Toussaint 1983.
    private static func smallestFrame(around hull: [SIMD2<Float>]) -> Frame {
        let edges = hull.indices.map { hull[($0 + 1) % hull.count] - hull[$0] }
        let directions = edges.map { $0 * Float(1 / (Double($0.x * $0.x) + Double($0.y * $0.y)).squareRoot()) }
        func first(_ isBefore: (SIMD2<Float>, SIMD2<Float>) -> Bool) -> Int {
            hull.indices.dropFirst().reduce(0) { isBefore(hull[$1], hull[$0]) ? $1 : $0 }
        }
        // Where the upper, right, lower and left side touch the hull.
        var touching = [first { $0.y < $1.y }, first { $0.x > $1.x }, first { $0.y > $1.y }, first { $0.x < $1.x }]
        var (least, best) = (Float.infinity, Frame(corner: .zero, across: .zero, down: .zero))
        for _ in hull {
            // The side that reaches its next edge first, as all turn together.
            let ahead = (0..<4).map { turnedBack(edges[touching[$0]], quarters: $0) }
            let side = (1..<4).reduce(0) {
                ahead[$1].y * ahead[$0].x - ahead[$1].x * ahead[$0].y < 0 ? $1 : $0
            }
            let along = turnedBack(directions[touching[side]], quarters: side)
            touching[side] = (touching[side] + 1) % hull.count
            let (top, right, bottom, left) = (
                hull[touching[0]], hull[touching[1]], hull[touching[2]], hull[touching[3]]
            )
            let width = (right.x - left.x) * along.x + (right.y - left.y) * along.y
            let height = (bottom.y - top.y) * along.x - (bottom.x - top.x) * along.y
            guard width * height <= least else { continue }
            least = width * height
            let across = along.x * left.x + left.y * along.y
            let down = top.y * along.x - along.y * top.x
            let unit = 1 / (along.x * along.x + along.y * along.y)
            best = Frame(
                corner: SIMD2(
                    (across * along.x - down * along.y) * unit, (along.x * down + along.y * across) * unit),
                across: along * width, down: SIMD2(-along.y, along.x) * height)
        }
        return best
    }

    private static func turnedBack(_ vector: SIMD2<Float>, quarters: Int) -> SIMD2<Float> {
        switch quarters {
        case 1: SIMD2(vector.y, -vector.x)
        case 2: -vector
        case 3: SIMD2(-vector.y, vector.x)
        default: vector
        }
    }

    private static func length(_ vector: SIMD2<Float>) -> Float {
        let (x, y) = (Double(vector.x), Double(vector.y))
        return Float((x * x + y * y).squareRoot())
    }
}
