import Synchronization

/// The weights of inputs that have outliers, as their file has them: what packing rounds off of a weight, an outlier multiplies.
///
/// - Cost: the first time that an input has an outlier, its weights are gathered from the file. They are kept then, since
///   outliers are mostly in the same few inputs.
final class OutlierWeights: Sendable {
    private let source: WeightMatrix
    private let known = Mutex<[UInt32: [Float]]>([:])

    /// Inputs whose weights are kept: where there are more, few come again.
    static let limit = 64
    /// Outputs in one part of the work.
    private static let outputsInPart = 256

    init(_ source: WeightMatrix) { self.source = source }

    /// The weights of each of these inputs, for all outputs.
    func columns(of inputs: [UInt32], on pool: ComputePool) -> [[Float]] {
        known.withLock { known in
            let missing = inputs.filter { known[$0] == nil }
            guard !missing.isEmpty else { return inputs.map { known[$0] ?? [] } }
            let fresh = Dictionary(uniqueKeysWithValues: zip(missing, gathered(missing, on: pool)))
            let columns = inputs.map { known[$0] ?? fresh[$0] ?? [] }
            if known.count + missing.count <= Self.limit {
                known.merge(fresh) { $1 }
            } else {
                known = Dictionary(uniqueKeysWithValues: zip(inputs, columns).prefix(Self.limit).map { ($0, $1) })
            }
            return columns
        }
    }

    /// Of how many inputs weights are kept: for tests.
    var keptCount: Int { known.withLock(\.count) }

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
