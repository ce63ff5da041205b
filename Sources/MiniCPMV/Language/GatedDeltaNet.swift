import Tensors

/// Linear attention: a short convolution over time, the gated delta rule, a gated norm. MODEL.md §6.2.
struct GatedDeltaNet: Sendable {
    private let mixed, outputGate, decay, strength, out: WeightMatrix
    private let convolution: CausalConvolution
    private let decayRate, decayBias, gain: [Float]
    private let rule: DeltaRule
    private let epsilon: Float

    init(_ name: String, _ checkpoint: some Checkpoint) throws(WeightFileError) {
        let sizes = checkpoint.configuration.language
        rule = DeltaRule(
            keyHeads: sizes.linearKeyHeads, valueHeads: sizes.linearValueHeads, keyWidth: sizes.linearKeyWidth,
            valueWidth: sizes.linearValueWidth)
        let (width, heads, values) = (
            sizes.hiddenSize, sizes.linearValueHeads, sizes.linearValueHeads * sizes.linearValueWidth
        )
        mixed = try checkpoint.matrix(name + ".in_proj_qkv.weight", rows: rule.mixedColumns, columns: width)
        outputGate = try checkpoint.matrix(name + ".in_proj_z.weight", rows: values, columns: width)
        decay = try checkpoint.matrix(name + ".in_proj_a.weight", rows: heads, columns: width)
        strength = try checkpoint.matrix(name + ".in_proj_b.weight", rows: heads, columns: width)
        out = try checkpoint.matrix(name + ".out_proj.weight", rows: width, columns: values)
        convolution = CausalConvolution(
            channelMajor: try checkpoint.vector(
                name + ".conv1d.weight", count: rule.mixedColumns * sizes.convolutionTaps),
            taps: sizes.convolutionTaps)
        decayRate = try checkpoint.decayRate(name + ".A_log", count: heads)
        decayBias = try checkpoint.vector(name + ".dt_bias", count: heads)
        gain = try checkpoint.vector(name + ".norm.weight", count: sizes.linearValueWidth)
        epsilon = sizes.epsilon
    }

    var matrices: [WeightMatrix] { [mixed, outputGate, decay, strength, out] }

    /// What a sequence keeps of this layer, at its start.
    func emptyState() -> DeltaState {
        DeltaState(
            memory: rule.emptyState(), history: Tensor(rows: convolution.historyRows, columns: rule.mixedColumns))
    }

    /// Adds the mixer's output over `normed` to `x`, and moves each sequence's state on.
    func add(to x: inout Tensor, over normed: borrowing Tensor, _ step: StepLayout, layer: Int, on pool: ComputePool) {
        var inputs = Tensor(unsetRows: normed.rows, columns: mixed.rows)
        var gate = Tensor(unsetRows: normed.rows, columns: outputGate.rows)
        var logDecay = Tensor(unsetRows: normed.rows, columns: decay.rows)
        var writing = Tensor(unsetRows: normed.rows, columns: strength.rows)
        let input = Linear.Input(normed, for: mixed, on: pool)
        Linear.apply(input, mixed, to: &inputs, on: pool)
        Linear.apply(input, outputGate, to: &gate, on: pool)
        Linear.apply(input, decay, to: &logDecay, on: pool)
        Linear.apply(input, strength, to: &writing, on: pool)
        rule.applyGates(a: &logDecay, b: &writing, decayRate: decayRate, bias: decayBias)

        var convolved = Tensor(unsetRows: inputs.rows, columns: inputs.columns)
        var read = Tensor(unsetRows: normed.rows, columns: outputGate.rows)
        for part in step.parts {
            part.sequence.withState(layer) { state in
                convolution.apply(inputs, rows: part.rows, history: &state.history, to: &convolved, on: pool)
                rule.apply(
                    convolved, logDecay: logDecay, strength: writing, rows: part.rows, state: &state.memory,
                    to: &read, on: pool)
            }
        }
        RMSNorm.applyToHeads(&read, gain: gain, epsilon: epsilon, on: pool)
        Gate.silu(&gate, times: read, on: pool)
        Linear.apply(gate, out, to: &x, .add, on: pool)
    }
}
