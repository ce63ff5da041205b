/// A point of a picture: pixels from the left and from the top.
public struct Point: Sendable, Equatable {
    /// From the left.
    public var x: Double
    /// From the top.
    public var y: Double

    func distance(to other: Point) -> Double {
        ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
    }
}

/// A line's frame: its corners from the upper left one on, clockwise.
struct Quadrilateral: Sendable, Equatable {
    var corners: [Point]

    /// - Traps unless there are four corners, in any order. Ordered as text is read: by where they lie, not by how they came.
    init(_ points: [Point]) {
        precondition(points.count == 4)
        let sorted = points.sorted { $0.x < $1.x }
        let left = sorted[1].y > sorted[0].y ? (sorted[0], sorted[1]) : (sorted[1], sorted[0])
        let right = sorted[3].y > sorted[2].y ? (sorted[2], sorted[3]) : (sorted[3], sorted[2])
        corners = [left.0, right.0, right.1, left.1]
    }

    var area: Double {
        var sum = 0.0
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % 4]
            sum += corner.x * next.y - next.x * corner.y
        }
        return abs(sum) / 2
    }

    var perimeter: Double { corners.indices.reduce(0) { $0 + corners[$1].distance(to: corners[($1 + 1) % 4]) } }
}

/// The smallest rectangle, turned or not, around points.
struct TurnedRectangle {
    let corners: [Point]
    /// The shorter side.
    let shortSide: Double

    /// `nil`: there are no points. By rotating calipers: one side lies on a side of the hull. Source: Toussaint 1983.
    init?(around points: [Point]) {
        let hull = Self.hull(of: points)
        guard let first = hull.first else { return nil }
        guard hull.count > 2 else {
            let last = hull[hull.count - 1]
            corners = [first, last, last, first]
            shortSide = 0
            return
        }
        var best: (area: Double, corners: [Point], short: Double)?
        for (index, a) in hull.enumerated() {
            let b = hull[(index + 1) % hull.count]
            let length = a.distance(to: b)
            guard length > 0 else { continue }
            let (ux, uy) = ((b.x - a.x) / length, (b.y - a.y) / length)
            var (low, high, deep) = (Double.infinity, -Double.infinity, 0.0)
            for point in hull {
                let along = (point.x - a.x) * ux + (point.y - a.y) * uy
                (low, high) = (min(low, along), max(high, along))
                let across = (point.y - a.y) * ux - (point.x - a.x) * uy
                if abs(across) > abs(deep) { deep = across }
            }
            let area = (high - low) * abs(deep)
            if let best, best.area <= area { continue }
            let corners = [(low, 0.0), (high, 0.0), (high, deep), (low, deep)].map { along, across in
                Point(x: a.x + along * ux - across * uy, y: a.y + along * uy + across * ux)
            }
            best = (area, corners, min(high - low, abs(deep)))
        }
        guard let best else { return nil }
        (corners, shortSide) = (best.corners, best.short)
    }

    /// The convex hull, in order around it. Source: Andrew 1979.
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
        return half(sorted) + half(sorted.reversed())
    }
}
