import MediaTypes

/// A line cut out of its picture and made straight. Source: OpenCV 5's `warpPerspective` with INTER_CUBIC; up to version 4 it
/// rounded places to thirty-seconds of a pixel.
enum LineCrop {
    /// The picture of a frame; one that stands is laid down. `nil`: the frame has no area.
    static func picture(of frame: Quadrilateral, in picture: PixelBuffer) -> PixelBuffer? {
        let c = frame.corners
        let width = Int(max(c[0].distance(to: c[1]), c[2].distance(to: c[3])))
        let height = Int(max(c[0].distance(to: c[3]), c[1].distance(to: c[2])))
        guard width > 0, height > 0, let mapping = Mapping(width: Double(width), height: Double(height), onto: c) else {
            return nil
        }
        let crop = PixelBuffer(
            size: PixelSize(width: width, height: height), bytes: pixels(mapping, width, height, picture))
        return Double(height) / Double(width) >= 1.5 ? crop.turnedLeft : crop
    }

    private static func pixels(_ mapping: Mapping, _ width: Int, _ height: Int, _ picture: PixelBuffer) -> [UInt8] {
        let (wide, tall) = (picture.size.width, picture.size.height)
        return picture.bytes.withUnsafeBufferPointer { from in
            [UInt8](unsafeUninitializedCapacity: width * height * 3) { to, filled in
                filled = width * height * 3
                for row in 0..<height {
                    for column in 0..<width {
                        let (x, y) = mapping.place(Double(column), Double(row))
                        let (left, xShares) = shares(x)
                        let (top, yShares) = shares(y)
                        let place = (row * width + column) * 3
                        var sums: (Float, Float, Float) = (0, 0, 0)
                        for y in 0..<4 {
                            let line = min(max(top - 1 + y, 0), tall - 1) * wide
                            for x in 0..<4 {
                                let at = (line + min(max(left - 1 + x, 0), wide - 1)) * 3
                                let share = xShares[x] * yShares[y]
                                sums.0 += share * Float(from[at])
                                sums.1 += share * Float(from[at + 1])
                                sums.2 += share * Float(from[at + 2])
                            }
                        }
                        to[place] = byte(sums.0)
                        to[place + 1] = byte(sums.1)
                        to[place + 2] = byte(sums.2)
                    }
                }
            }
        }
    }

    private static func byte(_ number: Float) -> UInt8 { UInt8(min(max(number.rounded(.toNearestOrEven), 0), 255)) }

    /// The pixel before a place, and the shares of the four pixels around it. Source: Keys 1981, with a = −0.75.
    private static func shares(_ place: Double) -> (pixel: Int, shares: SIMD4<Float>) {
        let place = min(max(place, -1e9), 1e9)
        let (pixel, a) = (place.rounded(.down), Float(-0.75))
        let x = Float(place - pixel)
        let first = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a
        let second = ((a + 2) * x - (a + 3)) * x * x + 1
        let third = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1
        return (Int(pixel), SIMD4(first, second, third, 1 - first - second - third))
    }

    /// From a straight picture to a frame in another.
    private struct Mapping {
        private let numbers: [Double]

        /// - `onto`: where the corners go, from the upper left one on, clockwise. `nil`: they lie on a line.
        init?(width: Double, height: Double, onto corners: [Point]) {
            let places = [(0.0, 0.0), (width, 0), (width, height), (0, height)]
            var rows: [[Double]] = []
            for ((x, y), corner) in zip(places, corners) {
                rows.append([x, y, 1, 0, 0, 0, -x * corner.x, -y * corner.x, corner.x])
                rows.append([0, 0, 0, x, y, 1, -x * corner.y, -y * corner.y, corner.y])
            }
            // Gauss with the largest pivots.
            for column in 0..<8 {
                guard let pivot = (column..<8).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                    abs(rows[pivot][column]) > 1e-9
                else { return nil }
                rows.swapAt(column, pivot)
                for row in 0..<8 where row != column {
                    let factor = rows[row][column] / rows[column][column]
                    guard factor != 0 else { continue }
                    for place in column..<9 { rows[row][place] -= factor * rows[column][place] }
                }
            }
            numbers = (0..<8).map { rows[$0][8] / rows[$0][$0] }
        }

        func place(_ x: Double, _ y: Double) -> (Double, Double) {
            let depth = numbers[6] * x + numbers[7] * y + 1
            return (
                (numbers[0] * x + numbers[1] * y + numbers[2]) / depth,
                (numbers[3] * x + numbers[4] * y + numbers[5]) / depth
            )
        }
    }
}
