import ArgumentParser
import MediaTypes
import MiniCPMV
import Tensors

/// `tintype-bench precision`
struct PrecisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "precision",
        abstract: "How far the engine's integers take its answers from float32.",
        discussion: """
            Logits of random tokens: the root mean square of the errors by that of the logits, the worst error of a \
            position by the root mean square of its logits, the share of positions with the same most likely token, and \
            the mean divergence of the tokens' probabilities. Rows of a picture: their cosines, and the worst error of \
            a row by its root mean square. 1,000 positions at the true dimensions take about a minute a format on two \
            cores, nearly all of it in float32, 3.3 GB of memory and 2 GB of disk.
            """)

    @Option(
        help: """
            The model: a folder of safetensors or GGUF files. By default those of the true dimensions with random \
            weights, in each format that products are computed in.
            """)
    var model: String?

    @Option(help: "The weights that the model was quantised from: also measured against them.")
    var unquantised: String?

    @Flag(help: "Small matrices in integers too, which the engine computes in float32: for small models.")
    var throughout = false

    @Option(help: "How many positions the text model reads.")
    var positions = 1000

    @OptionGroup var threads: ThreadsOption

    @OptionGroup var printer: FigurePrinter

    func run() throws {
        guard let model else { return try measureRandom() }
        try compare(model, with: model, "")
        guard let unquantised else { return }
        try compare(model, with: unquantised, "_unquantised")
    }

    /// Each format of the text model, and each of the vision tower once.
    private func measureRandom() throws {
        var seen: Set<DType> = []
        for (text, projector) in [
            (DType.q4_0, DType.f16), (.q8_0, .q8_0), (.q4_k, .f16), (.q6_k, .f16),
        ] {
            let scratch = try ScratchFolder()
            printer.note("Making random weights in \(text.rawValue) and \(projector.rawValue)…")
            try RandomCheckpoint(text: text, projector: projector).write(to: scratch.path.text)
            let comparison = try comparison(scratch.path.text, with: scratch.path.text)
            try printText(comparison, "_" + text.rawValue.lowercased())
            if seen.insert(projector).inserted { try printVision(comparison, "_" + projector.rawValue.lowercased()) }
            withExtendedLifetime(scratch) {}
        }
    }

    private func compare(_ model: String, with reference: String, _ suffix: String) throws {
        let comparison = try comparison(model, with: reference)
        try printText(comparison, suffix)
        try printVision(comparison, suffix)
    }

    private func comparison(_ model: String, with reference: String) throws -> ModelComparison {
        try ModelComparison(
            model, throughout ? .integerThroughout : .integer, reference: reference, threads: threads.count)
    }

    private func printText(_ comparison: ModelComparison, _ suffix: String) throws {
        let logits = comparison.logits(positions: max(positions, 1))
        let count = logits.positions
        try print("logit_error" + suffix, logits.relativeError, "rms", n: count)
        try print("logit_worst" + suffix, logits.worst, "rms", n: count)
        try printer.print(Figure("top1_agreement" + suffix, logits.agreements, of: count))
        try print("divergence" + suffix, logits.divergence, "nats", n: count)
    }

    private func printVision(_ comparison: ModelComparison, _ suffix: String) throws {
        let rows = try comparison.rows(of: .noise(side: 448, seed: 1), ProcessingOptions())
        let count = rows.cosines.count
        // Those that are no numbers have no place in an order: then nothing is.
        let cosines = rows.cosines.contains(where: \.isNaN) ? [.nan] : rows.cosines.sorted()
        try print("vision_cosine_min" + suffix, cosines.first ?? .nan, "cosine", n: count)
        try print("vision_cosine_median" + suffix, Figure.quantile(0.5, of: cosines), "cosine", n: count)
        try print("vision_worst" + suffix, rows.worst, "rms", n: count)
    }

    private func print(_ name: String, _ value: Double, _ unit: String, n: Int) throws {
        var figure = Figure(name, value, unit, n: n)
        figure.decimals = 6
        try printer.print(figure)
    }
}
