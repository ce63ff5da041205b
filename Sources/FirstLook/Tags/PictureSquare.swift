import MediaTypes
import Tensors

/// The middle of a picture as a network for classes wants it: a square, each new pixel a weighted mean of the old ones around it,
/// so that nothing flickers in or out. Source: Pillow's `resize` with BICUBIC and a box.
enum PictureSquare {
    /// One side: for each new pixel the first old one that counts, and the shares from there on.
    struct Axis {
        var first: [Int] = []
        var shares: [[Float]] = []

        /// - `start` and `length`: the part of the old side that becomes the new one.
        init(start: Double, length: Double, of old: Int, to new: Int) {
            let scale = length / Double(new)
            let unit = max(scale, 1)
            let reach = 2 * unit
            for place in 0..<new {
                let centre = start + (Double(place) + 0.5) * scale
                let low = max(Int((centre - reach + 0.5).rounded(.down)), 0)
                let high = min(Int((centre + reach + 0.5).rounded(.down)), old)
                let weights = (low..<max(high, low + 1)).map { Self.cubic((Double($0) + 0.5 - centre) / unit) }
                let sum = weights.reduce(0, +)
                first.append(min(low, old - 1))
                shares.append(weights.map { Float(sum > 0 ? $0 / sum : 1 / Double(weights.count)) })
            }
        }

        /// Source: Keys 1981, eq. 4, with a = −1/2.
        private static func cubic(_ distance: Double) -> Double {
            let x = abs(distance)
            if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
        }
    }

    /// The definition, in Double: `share` of the shorter side around the middle as `side` × `side` pixels, row by row, 0…255.
    /// Slow on purpose: tests hold `numbers` to it.
    static func reference(_ picture: PixelBuffer, share: Double, side: Int) -> [Double] {
        let (down, across) = axes(picture.size, share, side)
        return (0..<(side * side * 3)).map { place in
            let (channel, column, row) = (place % 3, place / 3 % side, place / 3 / side)
            var sum = 0.0
            for (y, tall) in down.shares[row].enumerated() {
                for (x, wide) in across.shares[column].enumerated() {
                    let pixel = (down.first[row] + y) * picture.size.width + across.first[column] + x
                    sum += Double(tall) * Double(wide) * Double(picture.bytes[pixel * 3 + channel])
                }
            }
            return sum
        }
    }

    private static func axes(_ size: PixelSize, _ share: Double, _ side: Int) -> (down: Axis, across: Axis) {
        let length = Double(min(size.width, size.height)) * share
        func axis(_ old: Int) -> Axis { Axis(start: (Double(old) - length) / 2, length: length, of: old, to: side) }
        return (axis(size.height), axis(size.width))
    }

    /// The fast version, then `(x − mean) / deviation`. Rows are summed first: what is read most is read in order.
    static func numbers(
        _ picture: PixelBuffer, share: Double, side: Int, mean: Float, deviation: Float, on pool: ComputePool
    ) -> [Float] {
        let (down, across) = axes(picture.size, share, side)
        let firstColumn = across.first.first ?? 0
        let lastColumn = zip(across.first, across.shares).map { $0 + $1.count }.max() ?? picture.size.width
        let (stride, width) = (picture.size.width * 3, (lastColumn - firstColumn) * 3)
        return [Float](unsafeUninitializedCapacity: side * side * 3) { buffer, filled in
            filled = side * side * 3
            guard let base = buffer.baseAddress else { return }
            nonisolated(unsafe) let out = base
            picture.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                nonisolated(unsafe) let from = base + firstColumn * 3
                pool.run(side) { row, _ in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { line in
                        guard let line = line.baseAddress else { return }
                        line.update(repeating: 0, count: width)
                        for (y, share) in down.shares[row].enumerated() {
                            let pixels = from + (down.first[row] + y) * stride
                            for place in 0..<width { line[place] += share * Float(pixels[place]) }
                        }
                        for column in 0..<side {
                            var (red, green, blue) = (-mean, -mean, -mean)
                            var pixel = line + (across.first[column] - firstColumn) * 3
                            for share in across.shares[column] {
                                red += share * pixel[0]
                                green += share * pixel[1]
                                blue += share * pixel[2]
                                pixel += 3
                            }
                            let to = out + (row * side + column) * 3
                            (to[0], to[1], to[2]) = (red / deviation, green / deviation, blue / deviation)
                        }
                    }
                }
            }
        }
    }
}
