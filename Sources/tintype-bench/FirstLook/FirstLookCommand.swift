import ArgumentParser
import FirstLook
import Foundation
import MediaTypes
import Tensors
import WrittenWords

/// `tintype-bench firstlook`
struct FirstLookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "firstlook",
        abstract: "How fast, and in how much memory, the small models read and name pictures; --lines: what they read.")

    @Argument(help: "Pictures.")
    var pictures: [String]

    @Option(help: "The folder with the models.")
    var models: String

    @Option(help: "How often each picture is read.")
    var repeats = 5

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print what is read and what it says of the picture, an object a picture, instead of figures.")
    var lines = false

    @OptionGroup var printer: FigurePrinter

    private struct Reading: Encodable {
        struct Line: Encodable {
            var text: String
            var confidence: Double
            var corners: [[Double]]
        }

        var file: String
        var seconds: Double
        var lines: [Line]
        /// What the screen shows, the surest first.
        var kinds: [String]
        var application: String?
        var facts: [String]
    }

    func run() async throws {
        // First, since it counts its memory: what others leave would be used again.
        if !lines {
            try MeaningMeasurement(models: models, printer: printer).run(repeats: repeats, threads: threads.count)
        }
        let clock = ContinuousClock()
        let start = clock.now
        let reader = try LineReader(try LineReader.Files(folder: models), on: ComputePool(threads: threads.count))
        if !lines { try printer.print(Figure("load", (clock.now - start).seconds, "s")) }
        var times: [Double] = []
        for path in pictures {
            guard let pixels = try TaggingMeasurement.picture(path) else { continue }
            var (best, found) = ([Double](), [FoundLine]())
            for _ in 0..<(lines ? 1 : max(repeats, 1)) {
                let start = clock.now
                found = try reader.lines(in: pixels)
                best.append((clock.now - start).seconds)
            }
            times.append(best.sorted()[best.count / 2])
            guard lines else { continue }
            let reading = Reading(
                file: path, seconds: times.last ?? 0,
                lines: found.map { line in
                    Reading.Line(
                        text: line.text, confidence: line.confidence, corners: line.corners.map { [$0.x, $0.y] })
                },
                kinds: ScreenTags.tags(of: found, in: pixels.size).map(\.kind.rawValue),
                application: ScreenTags.application(in: found, size: pixels.size),
                facts: WrittenFacts.facts(in: found.map(\.text)).map { "\($0.kind.rawValue): \($0.normal)" })
            print(String(decoding: try JSONEncoder().encode(reading), as: UTF8.self))
        }
        guard !lines else { return }
        try printer.print(Figure("reading", medianOf: times, "s"))
        try TaggingMeasurement(models: models, printer: printer).run(pictures, repeats: repeats, threads: threads.count)
        try await WorkerMemoryMeasurement(models: models, printer: printer).run(pictures)
    }
}
