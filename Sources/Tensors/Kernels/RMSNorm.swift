import CKernels

/// Root-mean-square normalisation of rows: `out[i] = x[i] · gain[i] / √(mean(x²) + epsilon)`.
///
/// - Shapes: `x`, `out` `[rows, width]`, `gain` `[width]`; unitless. Source: Zhang & Sennrich 2019, eq. 4.
/// - Traps if the widths differ.
public enum RMSNorm {
    /// The definition for one row, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(_ x: [Float], gain: [Float], epsilon: Float) -> [Float] {
        let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        let scale = 1 / (squares / Double(x.count) + Double(epsilon)).squareRoot()
        return zip(x, gain).map { Float(Double($0) * scale * Double($1)) }
    }

    /// The fast version; within (width / 32 + 8) ulp.
    public static func apply(
        _ x: borrowing Tensor, gain: [Float], epsilon: Float, to out: inout Tensor, on pool: ComputePool
    ) {
        precondition(x.columns == gain.count && x.columns == out.columns && x.rows == out.rows)
        let began = pool.began
        defer { pool.count("norm", since: began) }
        let (from, to, width) = (x.base, out.base, x.columns)
        pool.run(x.rows) { row, _ in
            gain.withUnsafeBufferPointer {
                kernel_rms_norm(from + row * width, $0.baseAddress, epsilon, to + row * width, width)
            }
        }
    }

    /// The same for each block of `gain.count` columns, in place: a head's own norm.
    ///
    /// - Traps unless `gain.count` divides `blocks`, columns of `x` from the start of each row.
    public static func applyToHeads(_ x: inout Tensor, gain: [Float], epsilon: Float, on pool: ComputePool) {
        precondition(!gain.isEmpty && x.columns % gain.count == 0, "\(x.columns) columns in heads of \(gain.count)")
        let began = pool.began
        defer { pool.count("norm", since: began) }
        let (base, width, heads) = (x.base, gain.count, x.columns / gain.count)
        pool.run(x.rows) { row, _ in
            gain.withUnsafeBufferPointer { gain in
                for head in 0..<heads {
                    let place = base + (row * heads + head) * width
                    kernel_rms_norm(place, gain.baseAddress, epsilon, place, width)
                }
            }
        }
    }
}
