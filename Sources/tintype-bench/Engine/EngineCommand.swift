import ArgumentParser
import Foundation
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

    @Option(help: "Threads to compute on.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var printer: FigurePrinter

    func run() async throws {
        // Held until the end, when it removes itself.
        let scratch = model == nil ? try ScratchFolder() : nil
        if let scratch {
            printer.note("Making random weights of the true dimensions in \(scratch.path.text)…")
            try RandomCheckpoint.write(to: scratch.path.text)
        }
        let folder = model ?? scratch?.path.text ?? ""
        let limits = MachineLimits(on: ComputePool(threads: threads))
        let gauge = ProcessGauge(process: getpid())
        let load = try measureStages(folder, limits)
        try await measureAnswers(folder, gauge, load)
        for (name, value, unit) in [
            ("limit_memory", limits.memoryRate, "bytes/s"), ("limit_float", limits.floatRate, "operations/s"),
            ("limit_integer", limits.integerRate, "operations/s"),
        ] { try printer.print(Figure(name, value, unit)) }
        withExtendedLifetime(scratch) {}
    }

    /// Stage by stage; returns the seconds that loading took.
    private func measureStages(_ folder: String, _ limits: MachineLimits) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let stages = try EngineStages(modelAt: folder, threads: threads)
        let load = (clock.now - start).seconds
        // Weights come from the disk, and are packed, when they are first used.
        _ = try stages.encode(.noise(side: 448, seed: 0), ProcessingOptions())
        stages.prefill(tokens: 16)
        for (name, mode, side) in [
            ("vision_16x_448", DownsampleMode.x16, 448), ("vision_4x_448", .x4, 448), ("vision_16x_1344", .x16, 1344),
        ] {
            let picture = PixelBuffer.noise(side: side, seed: 1)
            // An overview and nine slices.
            let operations = EngineStages.visionOperations(mode) * (side == 448 ? 1 : 10)
            try measure(name, "s", share: { operations / $0 / limits.integerRate }) {
                _ = try stages.encode(picture, ProcessingOptions(downsampleMode: mode))
            }
        }
        let tokens = 256.0
        try measure("prefill_256", "tokens/s", amount: tokens) {
            $0 * EngineStages.tokenOperations / limits.integerRate
        } work: {
            stages.prefill(tokens: Int(tokens))
        }
        for count in [1, 8] {
            stages.prefill(tokens: 64, sequences: count)
            try measure("decode_\(count)", "tokens/s", amount: Double(16 * count)) {
                $0 / Double(count) * Double(stages.stepByteCount) / limits.memoryRate
            } work: {
                for _ in 0..<16 { stages.decode() }
            }
        }
        return load
    }

    private func measureAnswers(_ folder: String, _ gauge: ProcessGauge, _ load: Double) async throws {
        let answers = try AnswerMeasurement(modelAt: folder, threads: threads)
        _ = try await answers.firstToken("What is this?", seed: 1000)
        try gauge.resetPeak()
        try printer.print(
            Figure("pictures_per_hour", try await answers.picturesPerHour(count: pictures), "pictures/h", n: pictures))
        let peak = try gauge.peakMegabytes() * 1e6
        var (first, second): ([Double], [Double]) = ([], [])
        for index in 0..<max(repeats, 1) {
            first.append(try await answers.firstToken("What is this?", seed: 2000 + index))
            second.append(try await answers.firstToken("Which colours are there?", seed: 2000 + index))
        }
        try printer.print(Figure("first_token_448", medianOf: first, "s"))
        try printer.print(Figure("resident_peak", peak, "bytes"))
        try printer.print(Figure("second_question_448", medianOf: second, "s"))
        try printer.print(Figure("load", load, "s"))
    }

    /// The median of several measurements of `work`: seconds, or what is done of `amount` in a second. `share` says how much of
    /// the machine's limit such a value is.
    private func measure(
        _ name: String, _ unit: String, amount: Double = 1, share: (Double) -> Double, work: () throws -> Void
    ) throws {
        let clock = ContinuousClock()
        var values: [Double] = []
        for _ in 0..<max(repeats, 1) {
            let start = clock.now
            try work()
            let seconds = (clock.now - start).seconds
            values.append(unit == "s" ? seconds : amount / seconds)
        }
        var figure = Figure(name, medianOf: values, unit)
        figure.shareOfLimit = share(figure.value)
        try printer.print(figure)
    }
}
