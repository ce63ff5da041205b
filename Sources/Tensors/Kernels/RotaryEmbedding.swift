import Foundation

/// Rotary positions: the first `width` numbers of a head are turned in pairs `(i, i + width / 2)` by the angle
/// `position · theta^(−2i / width)`.
///
/// Source: Su et al. 2021, §3.2.2, in the form that rotates halves. Angles are products in float32, as in the reference.
public struct RotaryEmbedding: Sendable {
    /// Turned numbers of each head.
    public let width: Int
    private let frequencies: [Float]

    /// Angles for these settings.
    ///
    /// - Traps on an odd width.
    public init(width: Int, theta: Double) {
        precondition(width > 0 && width % 2 == 0, "a rotary width of \(width)")
        self.width = width
        // The exponent is a float32 in the reference, and so is the frequency.
        frequencies = stride(from: 0, to: width, by: 2).map {
            1 / Float(pow(theta, Double(Float($0) / Float(width))))
        }
    }

    /// Cosines and sines of the angles at one position.
    func turns(at position: Int) -> (cosines: [Float], sines: [Float]) {
        let angles = frequencies.map { Float(position) * $0 }
        return (angles.map { cos($0) }, angles.map { sin($0) })
    }

    /// The definition for one head, in Double.
    func reference(_ head: [Float], at position: Int) -> [Float] {
        var turned = head
        for (index, frequency) in frequencies.enumerated() {
            let angle = Double(Float(position) * frequency)
            let (first, second) = (Double(head[index]), Double(head[index + width / 2]))
            turned[index] = Float(first * cos(angle) - second * sin(angle))
            turned[index + width / 2] = Float(second * cos(angle) + first * sin(angle))
        }
        return turned
    }

    /// Turns every head of `[rows, heads · headWidth]`, in place, rows at consecutive positions from `start`.
    ///
    /// - Traps where heads are narrower than the turned part.
    public func apply(
        _ x: inout Tensor, rows: Range<Int>, headWidth: Int, from start: Int, on pool: ComputePool
    ) {
        precondition(headWidth >= width && x.columns % headWidth == 0 && rows.upperBound <= x.rows)
        let began = pool.began
        defer { pool.count("rotary", since: began) }
        let (base, columns, half) = (x.base, x.columns, width / 2)
        pool.run(rows.count) { index, _ in
            let (cosines, sines) = turns(at: start + index)
            let row = base + (rows.lowerBound + index) * columns
            for head in stride(from: 0, to: columns, by: headWidth) {
                for pair in 0..<half {
                    let (first, second) = (row[head + pair], row[head + pair + half])
                    row[head + pair] = first * cosines[pair] - second * sines[pair]
                    row[head + pair + half] = second * cosines[pair] + first * sines[pair]
                }
            }
        }
    }
}
