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
    private var plans: [(shape: PictureShape, plan: GraphPlanner)] = []
    private var memory: UnsafeMutablePointer<Float>?
    private var capacity = 0

    /// Sizes whose plans are kept.
    private static let planLimit = 16

    /// A runner on these threads.
    public init(_ network: Network, on pool: ComputePool) {
        self.network = network
        self.pool = pool
    }

    deinit { memory?.deallocate() }

    /// - `pixels`: `[batch, rows, columns, channels]`.
    /// - Throws: where the network does not take pictures of this size.
    /// - Traps unless there are as many numbers as the shape says.
    public func run(_ pixels: [Float], batch: Int, rows: Int, columns: Int, channels: Int) throws(WeightFileError)
        -> Result
    {
        let shape = PictureShape(batch: batch, rows: rows, columns: columns, channels: channels)
        precondition(pixels.count == shape.count, "\(pixels.count) numbers for a picture of \(shape)")
        let plan = try plan(for: shape)
        let memory = GraphMemory(base: reserve(plan.memory.count), plan: plan.memory)
        memory[plan.input].update(from: pixels, count: pixels.count)
        for kernel in plan.kernels { kernel(memory, pool) }
        let count = plan.outputShape.reduce(1, *)
        return Result(
            shape: plan.outputShape, numbers: Array(UnsafeBufferPointer(start: memory[plan.output], count: count)))
    }

    /// Gives the memory between runs back.
    public func releaseMemory() {
        memory?.deallocate()
        (memory, capacity) = (nil, 0)
        plans = []
    }

    private func plan(for shape: PictureShape) throws(WeightFileError) -> GraphPlanner {
        if let known = plans.first(where: { $0.shape == shape }) { return known.plan }
        let plan = try GraphPlanner(network, for: shape)
        if plans.count >= Self.planLimit { plans.removeFirst() }
        plans.append((shape, plan))
        return plan
    }

    private func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if let memory, capacity >= count { return memory }
        memory?.deallocate()
        let grown = UnsafeMutablePointer<Float>.allocate(capacity: count)
        (memory, capacity) = (grown, count)
        return grown
    }
}
