import Tensors
import Tokenization

/// Which rows of a step belong to which sequence.
struct StepLayout {
    struct Part {
        var sequence: SequenceState
        var rows: Range<Int>
    }

    private(set) var parts: [Part] = []

    /// Gives the next rows to a sequence.
    mutating func append(_ sequence: SequenceState, count: Int) {
        let start = rowCount
        parts.append(Part(sequence: sequence, rows: start..<(start + count)))
    }

    var rowCount: Int { parts.last?.rows.upperBound ?? 0 }
}

/// The decoder: embedding, layers, tied head. MODEL.md §6. Holds weights only; sequences hold their own state.
struct LanguageModel: Sendable {
    let sizes: ModelConfiguration.Language
    let layers: [DecoderLayer]
    private let embedding: WeightMatrix
    private let lastGain: [Float]

    init(_ checkpoint: some Checkpoint) throws(WeightFileError) {
        let name = "model.language_model."
        sizes = checkpoint.configuration.language
        embedding = try checkpoint.matrix(
            name + "embed_tokens.weight", rows: sizes.vocabularySize, columns: sizes.hiddenSize)
        var layers: [DecoderLayer] = []
        for (index, kind) in sizes.mixers.enumerated() {
            layers.append(try DecoderLayer(name + "layers.\(index)", kind, checkpoint))
        }
        self.layers = layers
        lastGain = try checkpoint.rmsGain(name + "norm.weight", count: sizes.hiddenSize)
    }

    /// The bytes of weights that a step reads, the head included.
    var stepByteCount: Int {
        (layers.flatMap(\.matrices) + [embedding]).reduce(0) { $0 + $1.productByteCount }
    }

    /// A row for each token.
    ///
    /// - Traps on tokens outside the vocabulary.
    func embedded(_ tokens: [TokenID]) -> Tensor {
        var rows = Tensor(unsetRows: tokens.count, columns: sizes.hiddenSize)
        for (row, token) in tokens.enumerated() { embedding.copyRow(Int(token), to: &rows, row: row) }
        // The file's pages around each row come with it, 20 MB in the end; where the head has no copy of its own it needs them.
        if embedding.hasCopy { embedding.releaseMemory() }
        return rows
    }

    /// Moves all sequences of a step on by their rows: the hidden states after the last norm, a row for each input row.
    ///
    /// Several sequences, each a token or a piece of a prompt, share every pass over the weights.
    func forward(
        _ inputs: consuming Tensor, _ step: StepLayout, on pool: ComputePool,
        observe: (Int, borrowing Tensor) -> Void = { _, _ in }
    ) -> Tensor {
        precondition(inputs.rows == step.rowCount, "\(inputs.rows) rows for a step of \(step.rowCount)")
        var x = inputs
        for (index, layer) in layers.enumerated() {
            layer.apply(&x, step, layer: index, on: pool)
            observe(index, x)
        }
        for part in step.parts { part.sequence.advance(by: part.rows.count) }
        var normed = Tensor(unsetRows: x.rows, columns: x.columns)
        RMSNorm.apply(x, gain: lastGain, epsilon: sizes.epsilon, to: &normed, on: pool)
        return normed
    }

    /// Logits of the rows that are asked for: `[rows, vocabulary]`. The head is a third of the weights, so only rows
    /// whose next token is wanted are worth it.
    func logits(_ hidden: borrowing Tensor, rows: [Int], on pool: ComputePool) -> Tensor {
        var wanted = Tensor(unsetRows: rows.count, columns: hidden.columns)
        for (place, row) in rows.enumerated() { wanted.setRows(from: place, to: hidden, rows: row..<(row + 1)) }
        var logits = Tensor(unsetRows: rows.count, columns: sizes.vocabularySize)
        Linear.apply(wanted, embedding, to: &logits, on: pool)
        return logits
    }
}
