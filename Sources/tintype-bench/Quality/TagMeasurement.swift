import FirstLook
import Foundation
import MediaTypes
import Tensors

/// Of the words that the small model gives to samples, the share that a person called right when looking at the picture. A word that
/// nobody has judged counts as wrong, and so does every word for a screenshot or a page.
struct TagMeasurement {
    let library: SampleLibrary
    let printer: FigurePrinter

    /// The same picture many times over, or pictures that cannot be seen.
    private static let passedOver: Set = ["orientation", "corrupt", "video"]

    /// - `models`: the folder with the tagger's weights.
    func run(models: String) throws {
        let weights = TaggingMeasurement.weights(in: models)
        guard FileManager.default.fileExists(atPath: weights) else {
            return printer.note("no \(weights): words for pictures are not measured")
        }
        let judgements = Self.judgements()
        let tagger = try PictureTagger(try WeightMap(path: weights), on: ComputePool(threads: 2))
        var (right, given, tagged, pictures) = (0, 0, 0, 0)
        for sample in library.samples where !Self.passedOver.contains(sample.kind) {
            guard let picture = try TaggingMeasurement.picture(library.path(sample.path).text) else { continue }
            let tags = try tagger.tags(of: picture)
            for tag in tags {
                let isRight = judgements[sample.sha256 + "\t" + tag.text]
                if isRight != true {
                    printer.note("\(sample.path): \(tag.text) is \(isRight == nil ? "not judged" : "wrong")")
                }
                right += isRight == true ? 1 : 0
            }
            given += tags.count
            guard sample.kind == "photo" else { continue }
            tagged += tags.isEmpty ? 0 : 1
            pictures += 1
        }
        try printer.print(Figure("tag_precision", right, of: given))
        try printer.print(Figure("photos_tagged", tagged, of: pictures))
    }

    /// By content and word: whether it is right.
    private static func judgements() -> [String: Bool] {
        var judgements: [String: Bool] = [:]
        for line in String(decoding: PackageResources.tag_judgements_tsv, as: UTF8.self).split(separator: "\n") {
            let cells = line.split(separator: "\t")
            guard cells.count == 3, !line.hasPrefix("#") else { continue }
            judgements[cells[0] + "\t" + cells[1]] = cells[2] == "right"
        }
        return judgements
    }
}
