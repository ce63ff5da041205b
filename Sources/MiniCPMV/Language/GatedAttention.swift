import Tensors

/// Full attention with normed queries and keys, rotary positions on a part of each head, and an output gate.
/// MODEL.md §6.1.
struct GatedAttention: Sendable {
    private let query, key, value, out: WeightMatrix
    private let queryGain, keyGain: [Float]
    private let rotary: RotaryEmbedding
    private let sizes: ModelConfiguration.Language

    init(_ name: String, _ checkpoint: some Checkpoint) throws(WeightFileError) {
        sizes = checkpoint.configuration.language
        let (width, keys) = (sizes.hiddenSize, sizes.keyHeads * sizes.headWidth)
        query = try checkpoint.matrix(
            name + ".q_proj.weight", rows: 2 * sizes.heads * sizes.headWidth, columns: width)
        key = try checkpoint.matrix(name + ".k_proj.weight", rows: keys, columns: width)
        value = try checkpoint.matrix(name + ".v_proj.weight", rows: keys, columns: width)
        out = try checkpoint.matrix(name + ".o_proj.weight", rows: width, columns: sizes.heads * sizes.headWidth)
        queryGain = try checkpoint.rmsGain(name + ".q_norm.weight", count: sizes.headWidth)
        keyGain = try checkpoint.rmsGain(name + ".k_norm.weight", count: sizes.headWidth)
        rotary = RotaryEmbedding(width: sizes.rotaryWidth, theta: sizes.rotaryTheta)
    }

    var matrices: [WeightMatrix] { [query, key, value, out] }

    /// Adds the attention over `normed` to `x`, and the new keys and values to each sequence's cache.
    func add(to x: inout Tensor, over normed: borrowing Tensor, _ step: StepLayout, layer: Int, on pool: ComputePool) {
        var queriesAndGates = Tensor(unsetRows: normed.rows, columns: query.rows)
        var keys = Tensor(unsetRows: normed.rows, columns: key.rows)
        var values = Tensor(unsetRows: normed.rows, columns: value.rows)
        let input = Linear.Input(normed, for: query, on: pool)
        Linear.apply(input, query, to: &queriesAndGates, on: pool)
        Linear.apply(input, key, to: &keys, on: pool)
        Linear.apply(input, value, to: &values, on: pool)
        // Each head's block holds its query, then its gate.
        var queries = queriesAndGates.everyOtherBlock(of: sizes.headWidth, from: 0)
        let gates = queriesAndGates.everyOtherBlock(of: sizes.headWidth, from: 1)
        RMSNorm.applyToHeads(&queries, gain: queryGain, epsilon: sizes.epsilon, on: pool)
        RMSNorm.applyToHeads(&keys, gain: keyGain, epsilon: sizes.epsilon, on: pool)
        var mixed = Tensor(unsetRows: queries.rows, columns: queries.columns)
        for part in step.parts {
            let start = part.sequence.position
            rotary.apply(&queries, rows: part.rows, headWidth: sizes.headWidth, from: start, on: pool)
            rotary.apply(&keys, rows: part.rows, headWidth: sizes.headWidth, from: start, on: pool)
            part.sequence.withCache(layer) { cache in
                cache.append(keys: keys, values: values, rows: part.rows)
                CausalAttention.apply(
                    query: queries, rows: part.rows, cache: cache, heads: sizes.heads, keyHeads: sizes.keyHeads,
                    to: &mixed, on: pool)
            }
        }
        Gate.sigmoid(&mixed, by: gates, on: pool)
        Linear.apply(mixed, out, to: &x, .add, on: pool)
    }
}
