import ArgumentParser
import FirstLook
import Foundation
import ModelStore
import Tensors

/// `tintype-bench centre`: makes Sources/FirstLook/Meaning/sentence_means.tsv.
struct CentreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centre", abstract: "The means of everyday sentences' vectors, as the source holds them.",
        shouldDisplay: false)

    @Option(help: "The folder with the models.")
    var models: String

    func run() throws {
        let weights = try WeightMap(path: models + "/" + FirstLookModels.Role.meaning.fileName)
        let pool = ComputePool(threads: ProcessInfo.processInfo.activeProcessorCount)
        let encoder = try SentenceEncoder(weights, on: pool)
        print("# Made by `tintype-bench centre` from everyday_sentences.txt: the mean as questions, and as passages.")
        for role in [SentenceEncoder.Role.query, .passage] {
            let mean = MeaningCentre.mean(of: encoder, as: role)
            print(mean.map { String(format: "%.6f", $0) }.joined(separator: "\t"))
        }
    }
}
