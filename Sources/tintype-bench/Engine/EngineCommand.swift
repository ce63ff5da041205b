import ArgumentParser
import Glibc
import MediaTypes
import MiniCPMV
import Tensors

/// `tintype-bench engine`
struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "How fast the local engine looks, reads and writes, stage by stage.")

    @Option(
        help: """
            The model: a folder of safetensors or GGUF files. By default one of the true dimensions with random weights, \
            four bits in the text model: speed does not depend on what it has learnt.
            """)
    var model: String?

    @Option(help: "How often each stage is measured.")
    var repeats = 5

    @Option(help: "Pictures that are indexed for pictures_per_hour.")
    var pictures = 40

    @OptionGroup var threads: ThreadsOption

    @OptionGroup var printer: FigurePrinter

    func validate() throws {
        guard pictures > 0 else { throw ValidationError("--pictures must be at least 1.") }
    }

    func run() async throws {
        // Held until the end, when it removes itself.
        let scratch = model == nil ? try ScratchFolder() : nil
        if let scratch {
            printer.note("Making random weights of the true dimensions in \(scratch.path.text)…")
            try RandomCheckpoint().write(to: scratch.path.text)
        }
        let folder = model ?? scratch?.path.text ?? ""
        defer { withExtendedLifetime(scratch) {} }
        let limits = MachineLimits(on: ComputePool(threads: threads.count))
        let gauge = ProcessGauge(process: getpid())
        let load = try measureStages(folder, limits)
        try await measureAnswers(folder, gauge, load, limits)
        for (name, value, unit) in [
            ("limit_memory", limits.memoryRate, "bytes/s"), ("limit_float", limits.floatRate, "operations/s"),
            ("limit_integer", limits.integerRate, "operations/s"),
        ] { try printer.print(Figure(name, value, unit)) }
    }

    /// Stage by stage; returns the seconds that loading took.
    private func measureStages(_ folder: String, _ limits: MachineLimits) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let operations = OperationClock()
        let stages = try EngineStages(modelAt: folder, threads: threads.count, clock: operations)
        let load = (clock.now - start).seconds
        // Weights come from the disk, and are packed, when they are first used.
        _ = try stages.encode(.noise(side: 448, seed: 0), ProcessingOptions())
        stages.prefill(tokens: 16)
        let measured = try measureEach(stages, limits)
        for stage in measured {
            operations.reset()
            stage.prepare()
            operations.isRunning = true
            let start = clock.now
            try stage.work()
            let seconds = (clock.now - start).seconds
            operations.isRunning = false
            let roofline = Roofline(operations.totals, seconds: seconds, limits)
            try printer.print(roofline.table(stage.name), roofline.figures(stage.name))
        }
        return load
    }

    /// What is measured, with what goes before it.
    private struct Stage {
        var name: String
        var prepare: () -> Void = {}
        var work: () throws -> Void
    }

    private func measureEach(_ stages: EngineStages, _ limits: MachineLimits) throws -> [Stage] {
        var measured: [Stage] = []
        for (name, mode, side) in [
            ("vision_16x_448", DownsampleMode.x16, 448), ("vision_4x_448", .x4, 448), ("vision_16x_1344", .x16, 1344),
        ] {
            let picture = PixelBuffer.noise(side: side, seed: 1)
            // An overview and nine slices.
            let operations = EngineStages.visionOperations(mode) * (side == 448 ? 1 : 10)
            let stage = Stage(name: name) {
                _ = try stages.encode(picture, ProcessingOptions(downsampleMode: mode))
            }
            measured.append(stage)
            try measure(stage, "s", share: { operations / $0 / limits.integerRate })
        }
        let tokens = 256.0
        let prefill = Stage(name: "prefill_256") { stages.prefill(tokens: Int(tokens)) }
        measured.append(prefill)
        try measure(prefill, "tokens/s", amount: tokens) { $0 * EngineStages.tokenOperations / limits.integerRate }
        for count in [1, 8] {
            let decode = Stage(
                name: "decode_\(count)", prepare: { stages.prefill(tokens: 64, sequences: count) },
                work: { for _ in 0..<16 { stages.decode() } })
            measured.append(decode)
            try measure(decode, "tokens/s", amount: Double(16 * count)) {
                $0 / Double(count) * Double(stages.stepByteCount) / limits.memoryRate
            }
        }
        return measured
    }

    private func measureAnswers(
        _ folder: String, _ gauge: ProcessGauge, _ load: Double, _ limits: MachineLimits
    ) async throws {
        let answers = try AnswerMeasurement(modelAt: folder, threads: threads.count)
        _ = try await answers.firstToken("What is this?", seed: 1000, isKnown: false)
        try gauge.resetPeak()
        let indexing = try await answers.indexing(count: pictures)
        let peak = try gauge.peakMegabytes() * 1e6
        var figure = Figure("pictures_per_hour", Double(pictures) / indexing.seconds * 3600, "pictures/h", n: pictures)
        figure.shareOfLimit = indexing.shareOfLimit(limits)
        try printer.print(figure)
        var (first, second): ([AnswerMeasurement.Effort], [AnswerMeasurement.Effort]) = ([], [])
        for seed in 2000..<(2000 + max(repeats, 1)) {
            first.append(try await answers.firstToken("What is this?", seed: seed, isKnown: false))
            second.append(try await answers.firstToken("Which colours are there?", seed: seed, isKnown: true))
        }
        for (name, efforts) in [("first_token_448", first), ("second_question_448", second)] {
            var figure = Figure(name, medianOf: efforts.map(\.seconds), "s")
            figure.shareOfLimit = Figure(name, medianOf: efforts.map { $0.shareOfLimit(limits) }, "").value
            try printer.print(figure)
        }
        try printer.print(Figure("resident_peak", peak, "bytes"))
        try printer.print(Figure("load", load, "s"))
    }

    /// The median of several measurements of a stage: seconds, or what is done of `amount` in a second. `share` says how much of
    /// the machine's limit such a value is.
    private func measure(_ stage: Stage, _ unit: String, amount: Double = 1, share: (Double) -> Double) throws {
        let clock = ContinuousClock()
        var values: [Double] = []
        stage.prepare()
        for _ in 0..<max(repeats, 1) {
            let start = clock.now
            try stage.work()
            let seconds = (clock.now - start).seconds
            values.append(unit == "s" ? seconds : amount / seconds)
        }
        var figure = Figure(stage.name, medianOf: values, unit)
        figure.shareOfLimit = share(figure.value)
        try printer.print(figure)
    }
}
