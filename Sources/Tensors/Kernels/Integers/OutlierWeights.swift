import Synchronization

/// The weights of inputs that have outliers, as their file has them: what packing rounds off of a weight, an outlier multiplies.
///
/// - Cost: the first time that an input has an outlier, its weights are gathered from the file. They are kept then, since
///   outliers are mostly in the same few inputs.
final class OutlierWeights: Sendable {
    private let source: WeightMatrix
    private let known = Mutex<[UInt32: [Float]]>([:])

    /// Inputs whose weights are kept: where there are more, few come again.
    private static let limit = 64
    /// Outputs in one part of the work.
    private static let outputsInPart = 256

    init(_ source: WeightMatrix) { self.source = source }

    /// The weights of each of these inputs, for all outputs.
    func columns(of inputs: [UInt32], on pool: ComputePool) -> [[Float]] {
        known.withLock { known in
            let missing = inputs.filter { known[$0] == nil }
            if !missing.isEmpty {
                if known.count + missing.count > Self.limit { known = known.filter { inputs.contains($0.key) } }
                for (input, column) in zip(missing, gathered(missing, on: pool)) { known[input] = column }
            }
            return inputs.map { known[$0] ?? [] }
        }
    }

    private func gathered(_ inputs: [UInt32], on pool: ComputePool) -> [[Float]] {
        let rows = source.rows
        let all = UnsafeMutablePointer<Float>.allocate(capacity: inputs.count * rows)
        defer { all.deallocate() }
        pool.run((rows + Self.outputsInPart - 1) / Self.outputsInPart) { part, _ in
            for output in (part * Self.outputsInPart)..<min((part + 1) * Self.outputsInPart, rows) {
                for (place, input) in inputs.enumerated() {
                    all[place * rows + output] = source.number(row: output, column: Int(input))
                }
            }
        }
        source.releaseMemory()
        return inputs.indices.map { Array(UnsafeBufferPointer(start: all + $0 * rows, count: rows)) }
    }
}
