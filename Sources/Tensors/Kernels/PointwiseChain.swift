/// Two products of a pixel's channels one after the other, as in a block that widens and narrows again:
/// `out = g(f(x · W₁ + b₁) · W₂ + b₂) + residual`. What lies between them, a network's largest values, never leaves the cache.
struct PointwiseChain: Sendable {
    private let first: PackedWeights
    private let firstFunction: Pointwise
    private let second: PackedWeights
    private let secondFunction: Pointwise

    /// Numbers between the two of one part of the work: an eighth of a second-level cache of a megabyte.
    private static let between = 1 << 15
    /// Weights of both that stay in such a cache while a part's rows pass: with more, two products are faster.
    static let weightLimit = 1 << 17

    /// - Traps unless the second takes what the first gives.
    init(_ first: PackedWeights, then firstFunction: Pointwise, _ second: PackedWeights, then secondFunction: Pointwise)
    {
        precondition(first.columns == second.depth)
        self.first = first
        self.firstFunction = firstFunction
        self.second = second
        self.secondFunction = secondFunction
    }

    var inputs: Int { first.depth }
    var outputs: Int { second.columns }

    /// The fast version; the definition is that of `PanelProduct` twice. `x` is `[rows, inputs]`, `out` and `residual`
    /// `[rows, outputs]`.
    func apply(
        _ x: UnsafePointer<Float>, rows: Int, residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>,
        on pool: ComputePool
    ) {
        // Whole tiles of the kernel.
        let size = min(max(Self.between / first.columns / 12 * 12, 24), 96)
        pool.run((rows + size - 1) / size) { part, worker in
            let (start, count) = (part * size, min(size, rows - part * size))
            let hidden = pool.scratch(worker, count: size * first.columns)
            first.multiply(
                x + start * inputs, stride: inputs, rows: count, columns: 0..<first.columns, then: firstFunction,
                residual: nil, to: hidden, outStride: first.columns)
            second.multiply(
                hidden, stride: first.columns, rows: count, columns: 0..<outputs, then: secondFunction,
                residual: residual.map { $0 + start * outputs }, to: out + start * outputs,
                outStride: outputs)
        }
    }
}
