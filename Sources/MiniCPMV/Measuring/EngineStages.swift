public import MediaTypes
public import Tensors
import Tokenization

/// The stages of an answer one by one, for whoever measures them.
///
/// Used by one thread at a time.
public final class EngineStages {
    private let model: LoadedModel
    private let pool: ComputePool
    private var sequences: [SequenceState] = []

    /// Multiplications and additions of one 448-pixel unit in the vision tower. Source: MODEL.md §12.
    public static func visionOperations(_ mode: DownsampleMode) -> Double { mode == .x16 ? 480e9 : 987e9 }

    /// Multiplications and additions of a token of a prompt, without the head. Source: MODEL.md §12.
    public static let tokenOperations = 1.029e9

    /// Multiplications and additions of the head, for each token that is chosen. Source: MODEL.md §12.
    public static let headOperations = 508e6

    /// Bytes of weights that a step reads.
    public var stepByteCount: Int { model.language.stepByteCount }

    /// Loads the model of a folder.
    public init(modelAt folder: String, threads: Int, clock: OperationClock? = nil) throws(ModelError) {
        model = try LoadedModel(folder: folder, precision: .integer)
        pool = ComputePool(threads: threads, clock: clock)
    }

    /// Encodes a picture with its slices. Returns how many rows the language model gets.
    public func encode(_ picture: PixelBuffer, _ options: ProcessingOptions) throws(ModelError) -> Int {
        let units = try model.images.units(of: picture, options).units
        return model.rows(of: units, mode: options.downsampleMode, on: pool, isCancelled: { false })?.rows ?? 0
    }

    /// Reads prompts of so many tokens at once, one for each of some new sequences, up to the first logits.
    public func prefill(tokens: Int, sequences count: Int = 1) {
        sequences = (0..<count).map { _ in SequenceState(model.language) }
        // Every token's row is as costly as another's.
        step((0..<count).map { sequence in (0..<tokens).map { TokenID(($0 * 31 + sequence) % 256) } })
    }

    /// Moves every sequence on by one token, to its logits.
    public func decode() { step(sequences.indices.map { [TokenID($0 % 256)] }) }

    private func step(_ tokens: [[TokenID]]) {
        var layout = StepLayout()
        for (sequence, tokens) in zip(sequences, tokens) { layout.append(sequence, count: tokens.count) }
        let hidden = model.language.forward(
            model.language.embedded(tokens.flatMap(\.self)), layout, on: pool)
        _ = model.language.logits(hidden, rows: layout.parts.map { $0.rows.upperBound - 1 }, on: pool)
    }
}
