import CKernels

/// Layer normalisation of rows: `out[i] = (x[i] − mean) / √(variance + epsilon) · gain[i] + bias[i]`, the variance that
/// of the population.
///
/// - Shapes: `x`, `out` `[rows, width]`, `gain`, `bias` `[width]`; unitless. Source: Ba, Kiros & Hinton 2016, eq. 4.
/// - Traps if the widths differ.
public enum LayerNorm {
    /// The definition for one row, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(_ x: [Float], gain: [Float], bias: [Float], epsilon: Float) -> [Float] {
        let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
        let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        let scale = 1 / (variance + Double(epsilon)).squareRoot()
        return x.indices.map { Float((Double(x[$0]) - mean) * scale * Double(gain[$0]) + Double(bias[$0])) }
    }

    /// The fast version; within (width / 32 + 8) ulp of the row's largest number.
    public static func apply(
        _ x: borrowing Tensor, gain: [Float], bias: [Float], epsilon: Float, to out: inout Tensor, on pool: ComputePool
    ) {
        precondition(x.columns == gain.count && x.columns == out.columns && x.rows == out.rows)
        apply(x.base, rows: x.rows, gain: gain, bias: bias, epsilon: epsilon, to: out.base, on: pool)
    }

    /// The same in somebody else's memory.
    static func apply(
        _ from: UnsafePointer<Float>, rows: Int, gain: [Float], bias: [Float], epsilon: Float,
        to: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        precondition(gain.count == bias.count)
        let width = gain.count
        let began = pool.began
        defer { pool.count("norm", since: began) }
        // Short rows are many: some of them make a part.
        let rowsInPart = max((1 << 12) / max(width, 1), 1)
        pool.run((rows + rowsInPart - 1) / rowsInPart) { part, _ in
            gain.withUnsafeBufferPointer { gain in
                bias.withUnsafeBufferPointer { bias in
                    for row in (part * rowsInPart)..<min((part + 1) * rowsInPart, rows) {
                        kernel_layer_norm(
                            from + row * width, gain.baseAddress, bias.baseAddress, epsilon, to + row * width, width)
                    }
                }
            }
        }
    }
}
