public import MediaTypes
public import Tensors
import Tokenization

/// A model beside a reference that computes in float32: the same weights, or those that it was quantised from.
///
/// Used by one thread at a time.
public final class ModelComparison {
    private let model, reference: LoadedModel
    private let pool: ComputePool

    /// Positions that are read, and whose logits are held, at a time: twice 64 MB at the true vocabulary.
    private static let positionsAtATime = 64

    /// Loads both.
    ///
    /// - Throws: where one cannot be loaded, or they are of two sizes.
    public init(
        _ folder: String, _ precision: Precision, reference referenceFolder: String, threads: Int
    ) throws(ModelError) {
        model = try LoadedModel(folder: folder, precision: precision)
        reference = try LoadedModel(folder: referenceFolder, precision: .float)
        pool = ComputePool(threads: threads)
        let (mine, theirs) = (model.configuration.language, reference.configuration.language)
        guard mine.vocabularySize == theirs.vocabularySize, mine.hiddenSize == theirs.hiddenSize else {
            throw .notOurs(referenceFolder, because: "it is of another size than \(folder)")
        }
    }

    /// The logits at every position of a text of random tokens, read piece by piece.
    public func logits(positions: Int) -> LogitDistance {
        var distance = LogitDistance()
        var random = SplitMix64(state: 1)
        let vocabulary = model.language.sizes.vocabularySize
        let (mine, theirs) = (SequenceState(model.language), SequenceState(reference.language))
        for start in stride(from: 0, to: positions, by: Self.positionsAtATime) {
            let count = min(Self.positionsAtATime, positions - start)
            let tokens = (0..<count).map { _ in TokenID.random(in: 0..<TokenID(vocabulary), using: &random) }
            let actual = logits(of: tokens, model.language, mine)
            let expected = logits(of: tokens, reference.language, theirs)
            actual.withNumbers { actual in
                expected.withNumbers { expected in
                    for row in 0..<count {
                        let range = (row * vocabulary)..<((row + 1) * vocabulary)
                        distance.add(.init(rebasing: actual[range]), reference: .init(rebasing: expected[range]))
                    }
                }
            }
        }
        return distance
    }

    private func logits(of tokens: [TokenID], _ language: LanguageModel, _ sequence: SequenceState) -> Tensor {
        var step = StepLayout()
        step.append(sequence, count: tokens.count)
        let hidden = language.forward(language.embedded(tokens), step, on: pool)
        return language.logits(hidden, rows: Array(tokens.indices), on: pool)
    }

    /// What the language model is given of a picture.
    ///
    /// - Throws: where the picture cannot be prepared.
    public func rows(of picture: PixelBuffer, _ options: ProcessingOptions) throws(ModelError) -> RowDistance {
        var distance = RowDistance()
        let units = try model.images.units(of: picture, options).units
        func rows(_ model: LoadedModel) -> Tensor? {
            model.rows(of: units, mode: options.downsampleMode, on: pool, isCancelled: { false })
        }
        guard let actual = rows(model), let expected = rows(reference) else { return distance }
        for row in 0..<expected.rows { distance.add(actual.row(row), reference: expected.row(row)) }
        return distance
    }
}
