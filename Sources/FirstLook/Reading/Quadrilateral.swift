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
