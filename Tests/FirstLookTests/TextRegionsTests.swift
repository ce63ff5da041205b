import MediaTypes
import TestSupport
import Testing

@testable import FirstLook

struct TextRegionsTests {
    /// What OpenCV 5.0's `minAreaRect` and `boxPoints` answer, to the last bit.
    private static let rectangles: [(points: [(Int, Int)], corners: [(Double, Double)])] = [
        (
            [(101, 220), (577, 221), (577, 243), (101, 243)],
            [(577.0, 243.0), (101.0, 243.0), (101.0, 220.0), (577.0, 220.0)]
        ),
        (
            [(3, 9), (40, 2), (44, 20), (8, 28), (5, 25)],
            [
                (5.776466369628906, 28.494117736816406), (1.5176429748535156, 9.329411506652832),
                (39.74117660522461, 0.8352937698364258), (44.0, 20.0),
            ]
        ),
        (
            [(0, 0), (7, 0), (7, 7), (0, 7)],
            [(7.0, 7.0), (-2.1431320581984927e-16, 7.0), (2.1431320581984927e-16, 0.0), (7.0, 0.0)]
        ),
        (
            [(50, 90), (90, 50), (100, 58), (59, 99)],
            [
                (59.00000762939453, 99.00000762939453), (50.00000762939453, 90.00000762939453),
                (91.00000762939453, 49.00000762939453), (100.00000762939453, 58.00000762939453),
            ]
        ),
    ]

    @Test(arguments: rectangles.indices)
    func `the smallest rectangle around points is rounded as OpenCV rounds it`(index: Int) throws {
        let (points, corners) = Self.rectangles[index]
        let rectangle = try #require(TurnedRectangle(around: points.map { Point(x: Double($0.0), y: Double($0.1)) }))
        #expect(rectangle.corners == corners.map { Point(x: $0.0, y: $0.1) })
    }

    @Test func `the smallest rectangle holds all points, and none on an edge of their hull is smaller`() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let points = (0..<Int.random(in: 3...40, using: &generator)).map { _ in
                Point(
                    x: Double(Int.random(in: 0...300, using: &generator)),
                    y: Double(Int.random(in: 0...40, using: &generator)))
            }
            let hull = TurnedRectangle.hull(of: points)
            guard hull.count > 2 else { continue }
            let frame = Quadrilateral(try #require(TurnedRectangle(around: points)).corners)
            // Single precision of numbers up to 300, some operations long.
            #expect(frame.area <= Self.leastArea(around: hull) * 1.00001 + 0.001)
            for (index, a) in frame.corners.enumerated() {
                let b = frame.corners[(index + 1) % 4]
                for point in points {
                    let across = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
                    #expect(across >= -0.01 * a.distance(to: b))
                }
            }
        }
    }

    /// The definition, in Double: of the rectangles with a side on an edge of the hull the smallest one's area.
    private static func leastArea(around hull: [Point]) -> Double {
        hull.indices.map { index in
            let (a, b) = (hull[index], hull[(index + 1) % hull.count])
            let length = a.distance(to: b)
            let along = hull.map { (($0.x - a.x) * (b.x - a.x) + ($0.y - a.y) * (b.y - a.y)) / length }
            let across = hull.map { (($0.y - a.y) * (b.x - a.x) - ($0.x - a.x) * (b.y - a.y)) / length }
            return ((along.max() ?? 0) - (along.min() ?? 0)) * ((across.max() ?? 0) - (across.min() ?? 0))
        }.min() ?? 0
    }

    @Test func `a shape's edges belong to it, as OpenCV draws them`() {
        let level = TextRegions.filled([(0, 3), (20, 0), (21, 6), (1, 9)])
        #expect(level.map(\.row) == Array(0...9))
        #expect(level.map(\.columns.lowerBound) == [17, 11, 4, 0, 0, 0, 0, 1, 1, 1])
        #expect(level.map(\.columns.upperBound) == [20, 20, 20, 20, 21, 21, 21, 17, 11, 4])
        let steep = TextRegions.filled([(2, 0), (6, 1), (4, 9), (0, 8)])
        #expect(steep.map(\.columns.lowerBound) == [2, 2, 1, 1, 1, 1, 0, 0, 0, 3])
        #expect(steep.map(\.columns.upperBound) == [4, 6, 6, 5, 5, 5, 5, 4, 4, 4])
    }

    @Test func `frames are those that rapidocr makes of the same map`() {
        let (width, height) = (160, 96)
        let map = (0..<(width * height)).map { place -> Float in
            let (x, y) = (place % width, place / width)
            // Likely all over, as a whole unlikely, and a line that slopes.
            if (20..<150).contains(x), (70..<82).contains(y) { return 0.9 }
            if (30..<50).contains(x), (5..<12).contains(y) { return 0.45 }
            return (300..<420).contains(12 * y - 2 * x) && (12..<130).contains(x) ? 0.9 : 0.01
        }
        let frames = map.withUnsafeBufferPointer {
            TextRegions(map: $0, width: width, height: height).frames(in: PixelSize(width: 121, height: 73))
        }
        // rapidocr 3.10 with OpenCV 5.0.
        let wanted: [[(Double, Double)]] = [
            [(8, 46), (120, 46), (120, 69), (8, 69)], [(4, 13), (106, 30), (103, 50), (1, 33)],
        ]
        #expect(frames.map(\.corners) == wanted.map { $0.map { Point(x: $0.0, y: $0.1) } })
    }
}
