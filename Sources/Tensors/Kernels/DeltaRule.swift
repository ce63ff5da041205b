import CKernels
import Foundation

/// The gated delta rule: a memory `S` of `[keys, values]` a head that forgets, is corrected and read, token by token.
///
///     S ← e^g · S;   d = β (v − Sᵀk̂);   S ← S + k̂ dᵀ;   o = Sᵀq̂
///
/// with `k̂` and `q̂` of unit length, `q̂` also divided by `√keys`. Source: Yang et al. 2024 (Gated Delta Networks),
/// eq. 10; MODEL.md §6.2.
public struct DeltaRule: Sendable {
    /// Heads of queries and keys.
    public let keyHeads: Int
    /// Heads of values and of the memory; a multiple of `keyHeads`.
    public let valueHeads: Int
    /// Numbers of a key.
    public let keyWidth: Int
    /// Numbers of a value.
    public let valueWidth: Int

    /// The rule for these sizes.
    ///
    /// - Traps where value heads are no multiple of key heads, or values are wider than 256.
    public init(keyHeads: Int, valueHeads: Int, keyWidth: Int, valueWidth: Int) {
        precondition(keyHeads > 0 && valueHeads % keyHeads == 0 && (1...256).contains(valueWidth) && keyWidth > 0)
        self.keyHeads = keyHeads
        self.valueHeads = valueHeads
        self.keyWidth = keyWidth
        self.valueWidth = valueWidth
    }

    /// An empty memory: `[value heads · keys, values]`.
    public func emptyState() -> Tensor { Tensor(rows: valueHeads * keyWidth, columns: valueWidth) }

    /// Columns of a row of `mixed`: queries, keys, values.
    public var mixedColumns: Int { 2 * keyHeads * keyWidth + valueHeads * valueWidth }

    /// The definition for one token of one head, in Double, on a query and key of unit length.
    static func reference(
        state: inout [[Double]], query: [Double], key: [Double], value: [Double], logDecay: Double, strength: Double
    ) -> [Double] {
        let decay = exp(logDecay)
        for k in state.indices { for v in value.indices { state[k][v] *= decay } }
        let correction = value.indices.map { v in
            strength * (value[v] - state.indices.reduce(0) { $0 + state[$1][v] * key[$1] })
        }
        for k in state.indices { for v in value.indices { state[k][v] += key[k] * correction[v] } }
        return value.indices.map { v in state.indices.reduce(0) { $0 + state[$1][v] * query[$1] } }
    }

    /// The fast version, for the rows of one sequence.
    ///
    /// - `mixed` `[rows, 2 · key heads · keys + value heads · values]`: queries, keys, values after the convolution;
    ///   `logDecay` and `strength` `[rows, value heads]`; `out` `[rows, value heads · values]`.
    public func apply(
        _ mixed: borrowing Tensor, logDecay: borrowing Tensor, strength: borrowing Tensor, rows: Range<Int>,
        state: inout Tensor, to out: inout Tensor, on pool: ComputePool
    ) {
        precondition(mixed.columns == mixedColumns && out.columns == valueHeads * valueWidth)
        precondition(logDecay.columns == valueHeads && strength.columns == valueHeads)
        precondition(state.rows == valueHeads * keyWidth && state.columns == valueWidth)
        precondition(rows.upperBound <= min(mixed.rows, out.rows, logDecay.rows, strength.rows))
        let began = pool.began
        // Read once and written once; a token costs seven multiplications and additions a number of the memory.
        defer {
            pool.count("delta_rule", since: began, .init(bytes: 8 * state.count, floats: 7 * state.count * rows.count))
        }
        let inputs = (mixed: mixed.base, decay: logDecay.base, strength: strength.base)
        let (memory, to) = (state.base, out.base)
        pool.run(valueHeads) { head, worker in
            let unit = pool.scratch(worker, count: 2 * keyWidth)
            let keyHead = head / (valueHeads / keyHeads)
            for row in rows {
                let queryPlace = inputs.mixed + row * mixedColumns + keyHead * keyWidth
                let keyPlace = queryPlace + keyHeads * keyWidth
                normalise(queryPlace, to: unit, scale: 1 / Float(keyWidth).squareRoot())
                normalise(keyPlace, to: unit + keyWidth, scale: 1)
                let value = inputs.mixed + row * mixedColumns + 2 * keyHeads * keyWidth + head * valueWidth
                kernel_delta_step(
                    memory + head * keyWidth * valueWidth, unit, unit + keyWidth, value,
                    exp(inputs.decay[row * valueHeads + head]), inputs.strength[row * valueHeads + head],
                    to + (row * valueHeads + head) * valueWidth, keyWidth, valueWidth)
            }
        }
    }

    /// To unit length; the epsilon stands inside the root, as in the reference.
    private func normalise(_ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, scale: Float) {
        let factor = scale / (kernel_dot(from, from, keyWidth) + 1e-6).squareRoot()
        for index in 0..<keyWidth { to[index] = from[index] * factor }
    }

    /// What the rule's gates are from their projections: `logDecay = decayRate · softplus(a + bias)` and
    /// `strength = sigmoid(b)`, in place. `decayRate` is `−e^(A_log)`.
    public func applyGates(
        a: inout Tensor, b: inout Tensor, decayRate: [Float], bias: [Float]
    ) {
        precondition(decayRate.count == valueHeads && bias.count == valueHeads && a.columns == valueHeads)
        precondition(b.columns == valueHeads && a.rows == b.rows)
        for row in 0..<a.rows {
            for head in 0..<valueHeads {
                let place = row * valueHeads + head
                a.base[place] = decayRate[head] * Self.softplus(a.base[place] + bias[head])
                b.base[place] = 1 / (1 + exp(-b.base[place]))
            }
        }
    }

    /// `ln(1 + e^x)`, and `x` where the two agree to the last bit.
    static func softplus(_ x: Float) -> Float { x > 20 ? x : log1p(exp(x)) }
}
