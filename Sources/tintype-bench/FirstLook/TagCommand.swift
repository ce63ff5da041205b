import ArgumentParser
import FirstLook
import Foundation
import MediaDecoding
import MediaTypes
import Tensors

/// `tintype-bench tags`: for Tests/Reference, which compares the sums with the package's own code, and for a person who judges
/// the words.
struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags", abstract: "What the small model calls pictures, an object a picture.",
        shouldDisplay: false)

    @Argument(help: "Pictures.")
    var pictures: [String]

    @Option(help: "The folder with the models.")
    var models: String

    @Option(help: "How often each picture is looked at.")
    var repeats = 1

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Also what the network says of each class.")
    var sums = false

    private struct Answer: Encodable {
        var file: String
        var seconds: Double
        var tags: [String: Double]
        var sums: [Float]?
    }

    func run() throws {
        let tagger = try PictureTagger(
            try WeightMap(path: TaggingMeasurement.weights(in: models)), on: ComputePool(threads: threads.count))
        for path in pictures {
            guard let picture = try TaggingMeasurement.picture(path) else { continue }
            let (tags, times) = try TaggingMeasurement.timed(repeats) { try tagger.tags(of: picture) }
            let answer = Answer(
                file: path, seconds: Figure.quantile(0.5, of: times.sorted()),
                tags: Dictionary(uniqueKeysWithValues: tags.map { ($0.text, $0.confidence) }),
                sums: sums ? try tagger.sums(of: picture) : nil)
            print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        }
    }
}
