import CKernels

/// A depthwise convolution over time, then SiLU: `out[t, c] = silu(Σ_j taps[j][c] · u[t − n + 1 + j, c])`, the last tap
/// for the token itself.
///
/// - Shapes: `u`, `out` `[tokens, channels]`; `history` `[taps − 1, channels]`: the inputs before the first token, zero
///   at a sequence's start. Source: Yang et al. 2024 (Gated DeltaNet), §3.4; MODEL.md §6.2.
public struct CausalConvolution: Sendable {
    /// `[taps][channels]`, the oldest first.
    private let taps: [Float]
    private let tapCount: Int
    private let channels: Int

    /// Channels in one part of the work.
    private static let channelsInPart = 768

    /// From a checkpoint's order: `[channels, taps]`.
    ///
    /// - Traps unless the numbers fill whole channels.
    public init(channelMajor weights: [Float], taps count: Int) {
        precondition(count > 0 && weights.count % count == 0, "\(weights.count) weights for \(count) taps")
        taps = (0..<count).flatMap { tap in stride(from: tap, to: weights.count, by: count).map { weights[$0] } }
        tapCount = count
        channels = weights.count / count
    }

    /// Inputs that the next call needs.
    public var historyRows: Int { tapCount - 1 }

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
        precondition(u.columns == channels && out.columns == channels && history.columns == channels)
        precondition(history.rows == historyRows && rows.upperBound <= min(u.rows, out.rows))
        let began = pool.began
        defer { pool.count("convolution", since: began) }
        let (from, past, to) = (
            u.base + rows.lowerBound * channels, history.base, out.base + rows.lowerBound * channels
        )
        let late = historyRows
        /// Row −1 is the newest of the history.
        func input(_ row: Int, _ channel: Int) -> UnsafeMutablePointer<Float> {
            row >= 0 ? from + row * channels + channel : past + (late + row) * channels + channel
        }
        pool.run((channels + Self.channelsInPart - 1) / Self.channelsInPart) { part, _ in
            let first = part * Self.channelsInPart
            let count = min(Self.channelsInPart, channels - first)
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: tapCount) { inputs in
                for row in 0..<rows.count {
                    for tap in 0..<tapCount { inputs[tap] = UnsafePointer(input(row - late + tap, first)) }
                    let place = to + row * channels + first
                    taps.withUnsafeBufferPointer { taps in
                        guard let taps = taps.baseAddress else { return }
                        kernel_time_taps(inputs.baseAddress, taps + first, channels, tapCount, place, count)
                    }
                    kernel_silu(place, count)
                }
            }
            // From the oldest on: what is overwritten has been read.
            for kept in 0..<late {
                (past + kept * channels + first).update(from: input(rows.count - late + kept, first), count: count)
            }
        }
    }
}
