import Tensors

/// One layer of the language model: a mixer and a feed-forward part, each added to the residual stream. MODEL.md §6.
struct DecoderLayer: Sendable {
    /// What mixes tokens.
    enum Mixer: Sendable {
        case attention(GatedAttention)
        case delta(GatedDeltaNet)
    }

    private let mixerGain, feedForwardGain: [Float]
    let mixer: Mixer
    private let gate, up, down: WeightMatrix
    private let epsilon: Float

    init(_ name: String, _ kind: ModelConfiguration.Mixer, _ checkpoint: some Checkpoint) throws(WeightFileError) {
        let sizes = checkpoint.configuration.language
        mixerGain = try checkpoint.rmsGain(name + ".input_layernorm.weight", count: sizes.hiddenSize)
        feedForwardGain = try checkpoint.rmsGain(name + ".post_attention_layernorm.weight", count: sizes.hiddenSize)
        mixer =
            switch kind {
            case .fullAttention: .attention(try GatedAttention(name + ".self_attn", checkpoint))
            case .linearAttention: .delta(try GatedDeltaNet(name + ".linear_attn", checkpoint))
            }
        let (width, inner) = (sizes.hiddenSize, sizes.intermediateSize)
        gate = try checkpoint.matrix(name + ".mlp.gate_proj.weight", rows: inner, columns: width)
        up = try checkpoint.matrix(name + ".mlp.up_proj.weight", rows: inner, columns: width)
        down = try checkpoint.matrix(name + ".mlp.down_proj.weight", rows: width, columns: inner)
        epsilon = sizes.epsilon
    }

    /// The weights that a step reads.
    var matrices: [WeightMatrix] {
        let mixing =
            switch mixer {
            case .attention(let attention): attention.matrices
            case .delta(let delta): delta.matrices
            }
        return mixing + [gate, up, down]
    }

    /// Rows of all sequences of a step at once; the mixer keeps them apart.
    func apply(_ x: inout Tensor, _ step: StepLayout, layer: Int, on pool: ComputePool) {
        var normed = Tensor(unsetRows: x.rows, columns: x.columns)
        RMSNorm.apply(x, gain: mixerGain, epsilon: epsilon, to: &normed, on: pool)
        switch mixer {
        case .attention(let attention): attention.add(to: &x, over: normed, step, layer: layer, on: pool)
        case .delta(let delta): delta.add(to: &x, over: normed, step, layer: layer, on: pool)
        }
        RMSNorm.apply(x, gain: feedForwardGain, epsilon: epsilon, to: &normed, on: pool)
        var hidden = Tensor(unsetRows: x.rows, columns: gate.rows)
        var raised = Tensor(unsetRows: x.rows, columns: up.rows)
        let input = Linear.Input(normed, for: gate, on: pool)
        Linear.apply(input, gate, to: &hidden, on: pool)
        Linear.apply(input, up, to: &raised, on: pool)
        Gate.silu(&hidden, times: raised, on: pool)
        Linear.apply(hidden, down, to: &x, .add, on: pool)
    }
}
