import MediaTypes

/// The weights of every target pixel of a row, each window as long as the longest and filled up with zeros.
struct RowWeights: Sendable {
    /// Source pixels in a window: a multiple of eight, for whole vectors.
    let length: Int
    /// For each target pixel the source pixel that its window starts at.
    let firsts: [Int]
    /// `[target pixels, length]`.
    let weights: [Int16]
    /// Fractional bits of the weights.
    let precision: Int
    /// Pixels of the source row.
    let source: Int

    init(_ axis: ResampleAxis) {
        length = (axis.longestWindow + 7) / 8 * 8
        precision = axis.precision
        source = axis.source
        var firsts: [Int] = []
        var weights: [Int16] = []
        weights.reserveCapacity(axis.target * length)
        for index in 0..<axis.target {
            let window = axis.window(index)
            firsts.append(window.first)
            weights += window.weights
            weights += repeatElement(0, count: length - window.weights.count)
        }
        self.firsts = firsts
        self.weights = weights
    }
}

/// The rows of a picture scaled along the row, made when first asked for and kept while the rows below may need them.
///
/// This is the inner loop of the resize: it works on buffers without bounds checks, whose bounds the weights' windows
/// hold to by construction (`first + weights.count <= source`, and scratch rows are `length` longer than the source).
struct ScaledRows {
    private let picture: PixelBuffer
    private let weights: RowWeights?
    private let rowBytes: Int
    private let kept: Int
    /// `[kept, width, 3]`: row `y` of the picture stands at `y % kept`.
    private var ring: [UInt8]
    private var next = 0
    /// `[3, source width + window]`: a source row, colour by colour.
    private var planes: [Int16]
    /// `[width, 3]`.
    private var sums: [Int32]

    /// The rows of this picture, scaled to `width` pixels; the last `kept` stay at hand.
    init(_ picture: PixelBuffer, _ weights: RowWeights?, width: Int, kept: Int) {
        self.picture = picture
        self.weights = weights
        self.kept = kept
        rowBytes = 3 * width
        ring = Array(repeating: 0, count: kept * rowBytes)
        sums = Array(repeating: 0, count: rowBytes)
        planes = Array(repeating: 0, count: weights.map { 3 * ($0.source + $0.length) } ?? 0)
    }

    /// Puts down one row as it is.
    mutating func copy(_ row: Int, to out: UnsafeMutableBufferPointer<UInt8>) {
        make(row..<(row + 1))
        ring.withUnsafeBufferPointer { ring in
            _ = out.update(fromContentsOf: ring[(row % kept * rowBytes)..<(row % kept * rowBytes + rowBytes)])
        }
    }

    /// Puts down the weighted sum of the rows of a window.
    ///
    /// Sums fit 32 bits: the absolute weights add up to less than 1.5 · 2^22, times 255.
    mutating func blend(
        _ window: ResampleAxis.Window, precision: Int, to out: UnsafeMutableBufferPointer<UInt8>
    ) {
        make(window.first..<(window.first + window.weights.count))
        let width = rowBytes
        let kept = kept
        ring.withUnsafeBufferPointer { ring in
            sums.withUnsafeMutableBufferPointer { sums in
                sums.update(repeating: 1 << Int32(precision - 1))
                for (step, weight) in window.weights.enumerated() {
                    let start = (window.first + step) % kept * width
                    for place in 0..<width { sums[place] &+= Int32(ring[start &+ place]) &* Int32(weight) }
                }
                for place in 0..<width { out[place] = byte(sums[place], precision) }
            }
        }
    }

    /// Scales the rows of a range that are not made yet. Ranges never go back above rows that were dropped.
    private mutating func make(_ rows: Range<Int>) {
        next = max(next, rows.lowerBound)
        while next < rows.upperBound {
            scale(next)
            next += 1
        }
    }

    private mutating func scale(_ row: Int) {
        let start = row % kept * rowBytes
        let first = 3 * row * picture.size.width
        guard let weights else {
            ring.replaceSubrange(start..<(start + rowBytes), with: picture.bytes[first..<(first + rowBytes)])
            return
        }
        spread(rowFrom: first, weights)
        let stride = weights.source + weights.length
        ring.withUnsafeMutableBufferPointer { ring in
            planes.withUnsafeBufferPointer { planes in
                for colour in 0..<3 {
                    let plane = UnsafeBufferPointer(rebasing: planes[(colour * stride)..<((colour + 1) * stride)])
                    weights.apply(to: plane, ring, from: start + colour)
                }
            }
        }
    }

    /// Takes the colours of a source row apart, so that a window lies in one piece.
    private mutating func spread(rowFrom first: Int, _ weights: RowWeights) {
        let red = 0
        let green = weights.source + weights.length
        let blue = 2 * green
        let bytes = picture.bytes
        planes.withUnsafeMutableBufferPointer { planes in
            bytes.withUnsafeBufferPointer { bytes in
                for x in 0..<weights.source {
                    planes[red &+ x] = Int16(bytes[first &+ 3 &* x])
                    planes[green &+ x] = Int16(bytes[first &+ 3 &* x &+ 1])
                    planes[blue &+ x] = Int16(bytes[first &+ 3 &* x &+ 2])
                }
            }
        }
    }
}

extension RowWeights {
    /// Scales one colour of a row, to every third byte from `start` on.
    fileprivate func apply(
        to colour: UnsafeBufferPointer<Int16>, _ out: UnsafeMutableBufferPointer<UInt8>, from start: Int
    ) {
        weights.withUnsafeBufferPointer { weights in
            firsts.withUnsafeBufferPointer { firsts in
                for index in 0..<firsts.count {
                    let first = firsts[index]
                    var sum: Int32 = 1 << Int32(precision - 1)
                    for step in 0..<length {
                        sum &+= Int32(colour[first &+ step]) &* Int32(weights[index &* length &+ step])
                    }
                    out[start &+ 3 &* index] = byte(sum, precision)
                }
            }
        }
    }
}

/// A sum of weighted bytes back to a byte.
@inline(__always)
private func byte(_ sum: Int32, _ precision: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum &>> Int32(truncatingIfNeeded: precision), 0), 255))
}
