/// Runs a network; keeps the plans and the memory of the last sizes.
///
/// One run at a time: for one thread, which is not the pool's.
public final class NetworkRunner {
    /// What a network makes of a picture.
    public struct Result: Sendable {
        /// As ONNX names the axes.
        public var shape: [Int]
        /// Row after row of the last axis.
        public var numbers: [Float]
    }

    private let network: Network
    private let pool: ComputePool
    private let limits: GraphPlanner.Limits
    private var plans: [(shape: PictureShape, plan: GraphPlanner)] = []
    private var memory: HugeMemory?
    private var capacity = 0

    /// Sizes whose plans are kept.
    private static let planLimit = 16

    /// A runner on these threads.
    public convenience init(_ network: Network, on pool: ComputePool) {
        self.init(network, on: pool, limits: GraphPlanner.Limits())
    }

    init(_ network: Network, on pool: ComputePool, limits: GraphPlanner.Limits) {
        self.network = network
        self.pool = pool
        self.limits = limits
    }

    /// - `pixels`: `[batch, rows, columns, channels]`.
    /// - Throws: where the network does not take pictures of this size.
    /// - Traps unless there are as many numbers as the shape says.
    public func run(_ pixels: [Float], batch: Int, rows: Int, columns: Int, channels: Int) throws(WeightFileError)
        -> Result
    {
        try run(batch: batch, rows: rows, columns: columns, channels: channels) { input in
            precondition(pixels.count == input.count, "\(pixels.count) numbers instead of \(input.count)")
            _ = input.update(fromContentsOf: pixels)
        } result: { shape, numbers in
            Result(shape: shape, numbers: Array(numbers))
        }
    }

    /// The same without copies: pixels are written where the network reads them, and its result is looked at where it lies.
    ///
    /// - `fill`: gets the pixels' memory, its content undefined.
    /// - `result`: gets the shape, as ONNX names the axes, and the numbers, row after row of the last axis.
    /// - Throws: where the network does not take pictures of this size.
    public func run<Answer>(
        batch: Int, rows: Int, columns: Int, channels: Int, filling fill: (UnsafeMutableBufferPointer<Float>) -> Void,
        result: ([Int], UnsafeBufferPointer<Float>) -> Answer
    ) throws(WeightFileError) -> Answer {
        let shape = PictureShape(batch: batch, rows: rows, columns: columns, channels: channels)
        let plan = try plan(for: shape)
        let memory = GraphMemory(base: reserve(plan.memory.count), plan: plan.memory)
        fill(UnsafeMutableBufferPointer(start: memory[plan.input], count: shape.count))
        for kernel in plan.kernels { kernel(memory, pool) }
        let count = plan.outputShape.reduce(1, *)
        return result(plan.outputShape, UnsafeBufferPointer(start: memory[plan.output], count: count))
    }

    /// Gives the memory between runs back.
    public func releaseMemory() {
        (memory, capacity) = (nil, 0)
        plans = []
    }

    private func plan(for shape: PictureShape) throws(WeightFileError) -> GraphPlanner {
        if let known = plans.first(where: { $0.shape == shape }) { return known.plan }
        let plan = try GraphPlanner(network, for: shape, limits: limits)
        if plans.count >= Self.planLimit { plans.removeFirst() }
        plans.append((shape, plan))
        return plan
    }

    private func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if let memory, capacity >= count { return memory.base.assumingMemoryBound(to: Float.self) }
        // Given back first: the two are never needed at once.
        memory = nil
        let grown = HugeMemory(byteCount: count * MemoryLayout<Float>.stride)
        (memory, capacity) = (grown, count)
        return grown.base.assumingMemoryBound(to: Float.self)
    }
}
