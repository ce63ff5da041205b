import Tensors

/// A linear layer with a bias.
struct BiasedLinear: Sendable {
    let weight: WeightMatrix
    let bias: [Float]

    init(_ name: String, _ checkpoint: some Checkpoint, out: Int, in columns: Int) throws(WeightFileError) {
        weight = try checkpoint.matrix(name + ".weight", rows: out, columns: columns)
        bias = try checkpoint.vector(name + ".bias", count: out)
    }

    func apply(_ input: borrowing Linear.Input, to out: inout Tensor, on pool: ComputePool) {
        Linear.apply(input, weight, bias: bias, to: &out, on: pool)
    }

    func apply(
        _ x: borrowing Tensor, to out: inout Tensor, _ destination: Linear.Destination = .replace, on pool: ComputePool
    ) {
        Linear.apply(x, weight, bias: bias, to: &out, destination, on: pool)
    }
}

/// The gain and the bias of a LayerNorm.
struct LayerNormWeights: Sendable {
    let gain: [Float]
    let bias: [Float]
    let epsilon: Float

    init(_ name: String, _ checkpoint: some Checkpoint, count: Int) throws(WeightFileError) {
        gain = try checkpoint.vector(name + ".weight", count: count)
        bias = try checkpoint.vector(name + ".bias", count: count)
        epsilon = checkpoint.configuration.vision.epsilon
    }

    func apply(_ x: borrowing Tensor, to out: inout Tensor, on pool: ComputePool) {
        LayerNorm.apply(x, gain: gain, bias: bias, epsilon: epsilon, to: &out, on: pool)
    }
}

/// Attention within segments of rows: projections and heads.
struct VisionAttention: Sendable {
    let query, key, value, out: BiasedLinear
    let heads: Int

    init(_ name: String, _ checkpoint: some Checkpoint) throws(WeightFileError) {
        let width = checkpoint.configuration.vision.hiddenSize
        query = try BiasedLinear(name + ".q_proj", checkpoint, out: width, in: width)
        key = try BiasedLinear(name + ".k_proj", checkpoint, out: width, in: width)
        value = try BiasedLinear(name + ".v_proj", checkpoint, out: width, in: width)
        out = try BiasedLinear(name + ".out_proj", checkpoint, out: width, in: width)
        heads = checkpoint.configuration.vision.heads
    }

    /// Adds the attention over `normed` to `x`; uses up what is in `normed`.
    func add(to x: inout Tensor, over normed: inout Tensor, segments: [Range<Int>], on pool: ComputePool) {
        var q = Tensor(unsetRows: normed.rows, columns: normed.columns)
        var k = Tensor(unsetRows: normed.rows, columns: normed.columns)
        var v = Tensor(unsetRows: normed.rows, columns: normed.columns)
        project(normed, &q, &k, &v, on: pool)
        BidirectionalAttention.apply(
            query: q, key: k, value: v, heads: heads, segments: segments, to: &normed, on: pool)
        out.apply(normed, to: &x, .add, on: pool)
    }

    private func project(
        _ normed: borrowing Tensor, _ q: inout Tensor, _ k: inout Tensor, _ v: inout Tensor, on pool: ComputePool
    ) {
        let input = Linear.Input(normed, for: query.weight, on: pool)
        query.apply(input, to: &q, on: pool)
        key.apply(input, to: &k, on: pool)
        value.apply(input, to: &v, on: pool)
    }
}

/// A pre-norm transformer layer of the vision tower: MODEL.md §5.2.
struct VisionLayer: Sendable {
    let attentionNorm, feedForwardNorm: LayerNormWeights
    let attention: VisionAttention
    let feedForward: VisionFeedForward

    init(_ name: String, _ checkpoint: some Checkpoint) throws(WeightFileError) {
        let sizes = checkpoint.configuration.vision
        attentionNorm = try LayerNormWeights(name + ".layer_norm1", checkpoint, count: sizes.hiddenSize)
        feedForwardNorm = try LayerNormWeights(name + ".layer_norm2", checkpoint, count: sizes.hiddenSize)
        attention = try VisionAttention(name + ".self_attn", checkpoint)
        feedForward = VisionFeedForward(
            up: try BiasedLinear(name + ".mlp.fc1", checkpoint, out: sizes.intermediateSize, in: sizes.hiddenSize),
            down: try BiasedLinear(name + ".mlp.fc2", checkpoint, out: sizes.hiddenSize, in: sizes.intermediateSize))
    }

    func apply(_ x: inout Tensor, segments: [Range<Int>], on pool: ComputePool) {
        var normed = Tensor(unsetRows: x.rows, columns: x.columns)
        attentionNorm.apply(x, to: &normed, on: pool)
        attention.add(to: &x, over: &normed, segments: segments, on: pool)
        feedForwardNorm.apply(x, to: &normed, on: pool)
        feedForward.add(to: &x, over: normed, on: pool)
    }
}

/// Two linear layers with an activation between them.
struct VisionFeedForward: Sendable {
    let up, down: BiasedLinear

    /// Numbers between the two layers at a time: 384 rows of the tower's layers, 96 of its merger, whose rows are four times as long.
    private static let numbersAtATime = 384 * 4304

    /// Adds what becomes of `normed` to `x`.
    func add(to x: inout Tensor, over normed: borrowing Tensor, on pool: ComputePool) {
        guard x.rows > 0 else { return }
        // Alike, since the products sum a handful of rows in another order than many.
        let most = max(Self.numbersAtATime / up.weight.rows, 1)
        let blocks = (x.rows + most - 1) / most
        let size = (x.rows + blocks - 1) / blocks
        var hidden = Tensor(unsetRows: size, columns: up.weight.rows)
        for start in stride(from: 0, to: x.rows, by: size) {
            let range = start..<min(start + size, x.rows)
            hidden.useRows(range.count)
            let input = Linear.Input(normed, rows: range, for: up.weight, on: pool)
            Linear.apply(input, up.weight, bias: up.bias, to: &hidden, on: pool)
            Activation.geluTanh.apply(&hidden, on: pool)
            let raised = Linear.Input(hidden, for: down.weight, on: pool)
            Linear.apply(raised, down.weight, bias: down.bias, to: &x, from: start, .add, on: pool)
        }
    }
}
