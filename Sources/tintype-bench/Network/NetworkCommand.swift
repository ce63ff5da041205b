import ArgumentParser
import Foundation
import Tensors

/// `tintype-bench network`: for Tests/Reference, which compares the result with another program's.
struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Run an ONNX network on numbers from a file, and say how long it takes.",
        shouldDisplay: false)

    @Argument(help: "The network.")
    var file: String

    @Option(parsing: .upToNextOption, help: "Batch, rows, columns and channels of the picture.")
    var shape: [Int]

    @Option(help: "The picture: float32, channels last.")
    var input: String

    @Option(help: "Where the result goes: float32.")
    var output: String?

    @Option(help: "How often it runs.")
    var repeats = 1

    @OptionGroup var threads: ThreadsOption

    @OptionGroup var printer: FigurePrinter

    func run() throws {
        guard shape.count == 4 else { throw ValidationError("--shape wants four numbers.") }
        let bytes = try Data(contentsOf: URL(filePath: input))
        let pixels = bytes.withUnsafeBytes { bytes in
            (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        guard pixels.count == shape.reduce(1, *) else { throw ValidationError("The picture has another size.") }
        let clock = ContinuousClock()
        var start = clock.now
        let runner = NetworkRunner(
            try Network(try ONNXFile(try WeightMap(path: file))), on: ComputePool(threads: threads.count))
        try printer.print(Figure("load", (clock.now - start).seconds, "s"))
        var (times, result) = ([Double](), [Float]())
        for _ in 0..<max(repeats, 1) {
            start = clock.now
            // The numbers are looked at where they lie, as the reader does.
            let seconds = try runner.run(batch: shape[0], rows: shape[1], columns: shape[2], channels: shape[3]) {
                _ = $0.update(fromContentsOf: pixels)
            } result: { _, numbers in
                let seconds = (clock.now - start).seconds
                if output != nil { result = Array(numbers) }
                return seconds
            }
            times.append(seconds)
        }
        try printer.print(Figure("run", medianOf: times, "s"))
        if let output {
            try result.withUnsafeBytes { Data($0) }.write(to: URL(filePath: output))
        }
    }
}
