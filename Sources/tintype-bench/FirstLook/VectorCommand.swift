import ArgumentParser
import FirstLook
import Foundation
import Tensors

/// `tintype-bench vectors`: for Tests/Reference, which compares tokens and vectors with the package's own code.
struct VectorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors", abstract: "The vectors of sentences, an object a sentence.", shouldDisplay: false)

    @Argument(help: "A file of sentences: a JSON string a line.")
    var sentences: String

    @Option(help: "The folder with the models.")
    var models: String

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "They are what somebody looks for.")
    var queries = false

    private struct Answer: Encodable {
        var tokens: [Int]
        var vector: [Float]
    }

    func run() throws {
        let encoder = try SentenceEncoder(
            try WeightMap(path: MeaningMeasurement.weights(in: models)), on: ComputePool(threads: threads.count))
        let role: SentenceEncoder.Role = queries ? .query : .passage
        let lines = try String(contentsOfFile: sentences, encoding: .utf8).split(separator: "\n")
        let texts = try lines.map { try JSONDecoder().decode([String].self, from: Data("[\($0)]".utf8))[0] }
        for (text, vector) in zip(texts, encoder.vectors(of: texts, as: role)) {
            let answer = Answer(tokens: encoder.tokens(of: text, as: role), vector: vector)
            print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        }
    }
}
