import CKernels

/// A depthwise convolution over time, then SiLU: `out[t, c] = silu(Σ_j taps[j][c] · u[t − n + 1 + j, c])`, the last tap
/// for the token itself.
///
/// - Shapes: `u`, `out` `[tokens, channels]`; `history` `[taps − 1, channels]`: the inputs before the first token, zero
///   at a sequence's start. Source: Yang et al. 2024 (Gated DeltaNet), §3.4; MODEL.md §6.2.
public struct CausalConvolution: Sendable {
    /// `[taps][channels]`, the oldest first.
    private let taps: [[Float]]

    /// From a checkpoint's order: `[channels, taps]`.
    ///
    /// - Traps unless the numbers fill whole channels.
    public init(channelMajor weights: [Float], taps count: Int) {
        precondition(count > 0 && weights.count % count == 0, "\(weights.count) weights for \(count) taps")
        taps = (0..<count).map { tap in stride(from: tap, to: weights.count, by: count).map { weights[$0] } }
    }

    /// Inputs that the next call needs.
    public var historyRows: Int { taps.count - 1 }

    /// The definition for one channel, in Double: history and inputs in one.
    static func reference(_ inputs: [Float], taps: [Float]) -> [Float] {
        (0...(inputs.count - taps.count)).map { start in
            let sum = taps.indices.reduce(0.0) { $0 + Double(taps[$1]) * Double(inputs[start + $1]) }
            return Activation.silu.reference(Float(sum))
        }
    }

    /// The fast version, for the rows of one sequence; leaves its last inputs in `history`.
    public func apply(
        _ u: borrowing Tensor, rows: Range<Int>, history: inout Tensor, to out: inout Tensor, on pool: ComputePool
    ) {
        let channels = u.columns
        precondition(taps.allSatisfy { $0.count == channels } && out.columns == channels && history.columns == channels)
        precondition(history.rows == historyRows && rows.upperBound <= min(u.rows, out.rows))
        let (from, past, to) = (
            u.base + rows.lowerBound * channels, history.base, out.base + rows.lowerBound * channels
        )
        let late = historyRows
        /// Row −1 is the newest of the history.
        func input(_ row: Int) -> UnsafeMutablePointer<Float> {
            row >= 0 ? from + row * channels : past + (late + row) * channels
        }
        pool.run(rows.count) { row, _ in
            let place = to + row * channels
            place.update(repeating: 0, count: channels)
            for (tap, weights) in taps.enumerated() {
                let values = input(row - late + tap)
                weights.withUnsafeBufferPointer { weights in
                    for channel in 0..<channels { place[channel] += weights[channel] * values[channel] }
                }
            }
            kernel_silu(place, channels)
        }
        // From the oldest on: what is overwritten has been read.
        for kept in 0..<late {
            (past + kept * channels).update(from: input(rows.count - late + kept), count: channels)
        }
    }
}
