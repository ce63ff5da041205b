import MediaTypes
import Tensors

/// Pictures made larger or smaller between their pixels' centres. Source: OpenCV's `resize` with INTER_LINEAR on bytes, whose
/// rounding the readers were trained and measured with.
enum PictureScaling {
    /// One side: for each new pixel two old ones, and their shares of 2048.
    struct Axis {
        let first: [Int]
        let second: [Int]
        let shares: [(Int32, Int32)]

        init(from old: Int, to new: Int) {
            let scale = Double(old) / Double(new)
            var (first, second, shares) = ([Int](), [Int](), [(Int32, Int32)]())
            for place in 0..<new {
                let exact = Float((Double(place) + 0.5) * scale - 0.5)
                var (pixel, rest) = (Int(exact.rounded(.down)), exact - exact.rounded(.down))
                if pixel < 0 { (pixel, rest) = (0, 0) }
                if pixel >= old - 1 { (pixel, rest) = (old - 1, 0) }
                first.append(pixel)
                second.append(min(pixel + 1, old - 1))
                shares.append((Int32((2048 * (1 - rest)).rounded()), Int32((2048 * rest).rounded())))
            }
            (self.first, self.second, self.shares) = (first, second, shares)
        }
    }

    /// The definition: the same in Double, without the rounding between the two sides. Off by one at the most.
    static func reference(_ picture: PixelBuffer, to size: PixelSize) -> [UInt8] {
        let (across, down) = (
            Axis(from: picture.size.width, to: size.width), Axis(from: picture.size.height, to: size.height)
        )
        return (0..<(size.pixelCount * 3)).map { place in
            let (channel, column, row) = (place % 3, place / 3 % size.width, place / 3 / size.width)
            func line(_ old: Int) -> Double {
                func pixel(_ at: Int) -> Double { Double(picture.bytes[(old * picture.size.width + at) * 3 + channel]) }
                let (low, high) = across.shares[column]
                return (pixel(across.first[column]) * Double(low) + pixel(across.second[column]) * Double(high)) / 2048
            }
            let (low, high) = down.shares[row]
            let sum = (line(down.first[row]) * Double(low) + line(down.second[row]) * Double(high)) / 2048
            return UInt8(min(max(sum.rounded(), 0), 255))
        }
    }

    /// The fast version.
    static func scaled(_ picture: PixelBuffer, to size: PixelSize, on pool: ComputePool) -> PixelBuffer {
        guard size != picture.size else { return picture }
        // Halves are means of four, as OpenCV makes them.
        if picture.size.width == 2 * size.width, picture.size.height == 2 * size.height {
            return halved(picture, on: pool)
        }
        let (across, down) = (
            Axis(from: picture.size.width, to: size.width), Axis(from: picture.size.height, to: size.height)
        )
        let (oldWidth, width) = (picture.size.width, size.width)
        let bytes = [UInt8](unsafeUninitializedCapacity: size.pixelCount * 3) { buffer, filled in
            filled = size.pixelCount * 3
            guard let to = buffer.baseAddress else { return }
            nonisolated(unsafe) let out = to
            picture.bytes.withUnsafeBufferPointer { old in
                guard let base = old.baseAddress else { return }
                nonisolated(unsafe) let from = base
                pool.run(size.height) { row, _ in
                    let (upper, lower) = (from + down.first[row] * oldWidth * 3, from + down.second[row] * oldWidth * 3)
                    let (above, below) = down.shares[row]
                    let line = out + row * width * 3
                    for column in 0..<width {
                        let (a, b) = (across.first[column] * 3, across.second[column] * 3)
                        let (left, right) = across.shares[column]
                        for channel in 0..<3 {
                            let top = Int32(upper[a + channel]) * left + Int32(upper[b + channel]) * right
                            let bottom = Int32(lower[a + channel]) * left + Int32(lower[b + channel]) * right
                            let sum = ((above * (top >> 4)) >> 16) + ((below * (bottom >> 4)) >> 16)
                            line[column * 3 + channel] = UInt8(clamping: (sum + 2) >> 2)
                        }
                    }
                }
            }
        }
        return PixelBuffer(size: size, bytes: bytes)
    }

    private static func halved(_ picture: PixelBuffer, on pool: ComputePool) -> PixelBuffer {
        let (width, height, old) = (picture.size.width / 2, picture.size.height / 2, picture.size.width * 3)
        let bytes = (0..<height).flatMap { row in
            (0..<(width * 3)).map { place -> UInt8 in
                let at = 2 * row * old + place / 3 * 6 + place % 3
                let sum =
                    Int(picture.bytes[at]) + Int(picture.bytes[at + 3]) + Int(picture.bytes[at + old])
                    + Int(picture.bytes[at + old + 3])
                return UInt8((sum + 2) >> 2)
            }
        }
        return PixelBuffer(size: PixelSize(width: width, height: height), bytes: bytes)
    }
}

extension PixelBuffer {
    /// Numbers as the readers want them: blue, green, red, each from −1 to 1.
    func readerInput(into numbers: UnsafeMutableBufferPointer<Float>, at start: Int, rowWidth: Int) {
        for row in 0..<size.height {
            let (from, to) = (row * size.width * 3, start + row * rowWidth * 3)
            for column in 0..<size.width {
                for channel in 0..<3 {
                    numbers[to + column * 3 + channel] =
                        (Float(bytes[from + column * 3 + 2 - channel]) / 255 - 0.5) / 0.5
                }
            }
        }
    }

    /// Turned by half a turn.
    var upsideDown: PixelBuffer {
        var turned = [UInt8](repeating: 0, count: bytes.count)
        let count = size.pixelCount
        for pixel in 0..<count {
            for channel in 0..<3 { turned[pixel * 3 + channel] = bytes[(count - 1 - pixel) * 3 + channel] }
        }
        return PixelBuffer(size: size, bytes: turned)
    }

    /// Turned left by a quarter: what stood is read from left to right.
    var turnedLeft: PixelBuffer {
        var turned = [UInt8](repeating: 0, count: bytes.count)
        let (width, height) = (size.width, size.height)
        for row in 0..<width {
            for column in 0..<height {
                for channel in 0..<3 {
                    turned[(row * height + column) * 3 + channel] =
                        bytes[(column * width + width - 1 - row) * 3 + channel]
                }
            }
        }
        return PixelBuffer(size: PixelSize(width: height, height: width), bytes: turned)
    }
}
