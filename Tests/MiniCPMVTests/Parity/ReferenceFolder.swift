import Foundation
import MediaTypes
import TestSupport
import Testing

/// A checkpoint and what the reference implementation computes from it.
struct ReferenceFolder: CustomTestStringConvertible {
    /// The folder that holds both, and the media.
    let url: URL
    /// The checkpoint: a folder of safetensors or of GGUF files.
    let checkpoint: String
    /// The cases' tensors and their index.json.
    let casesFolder: String

    /// The folder in git, and those that `Tests/Reference/run.sh --fresh` names. Each holds `tiny` with `tiny-cases`, and
    /// perhaps `tiny-gguf-TYPE` with `cases` inside.
    static let all: [ReferenceFolder] = {
        let fresh = ProcessInfo.processInfo.environment["TINTYPE_REFERENCE_CASES"]?.split(separator: ":") ?? []
        let roots =
            [URL(filePath: Fixtures.directory.text).appending(path: "Reference")]
            + fresh.map { URL(filePath: String($0)) }
        return roots.flatMap { root in
            [ReferenceFolder(url: root, checkpoint: "tiny", casesFolder: "tiny-cases")]
                + ["f16", "q8_0"].map {
                    ReferenceFolder(url: root, checkpoint: "tiny-gguf-\($0)", casesFolder: "tiny-gguf-\($0)/cases")
                }
        }
    }()

    /// Every case of every folder that is there.
    static let cases: [ReferenceCase] = all.flatMap { folder in
        (try? folder.index().cases.map { ReferenceCase(folder: folder, record: $0) }) ?? []
    }

    /// The cases of safetensors: those whose stages were kept.
    static let stagedCases = cases.filter { $0.folder.checkpoint == "tiny" }

    var model: String { url.appending(path: checkpoint).path }
    var testDescription: String { "\(url.lastPathComponent)/\(checkpoint)" }

    struct Index: Decodable {
        var cases: [Record]
    }

    /// What index.json says of a case, beside its tensors.
    struct Record: Decodable {
        var name: String
        var file: String
        var prompt: String
        var downsample_mode: String
        var template: Template
        var processor: Processor
        var media: [Media]
        var prompt_tokens: Int
        var generated_ids: [Int]

        struct Template: Decodable { var enable_thinking: Bool? }

        struct Processor: Decodable {
            var max_slice_nums: Int?
            var max_num_frames: Int?
            var stack_frames: Int?
            var use_image_id: Bool?
            var slice_mode: Bool?
        }

        enum Media: Decodable {
            case picture(String)
            case clip(file: String, fps: Double, duration: Double, frames: Int)

            private struct Clip: Decodable {
                var file: String
                var fps: Double
                var duration: Double
                var total_num_frames: Int
            }

            init(from decoder: any Decoder) throws {
                if let file = try? decoder.singleValueContainer().decode(String.self) {
                    self = .picture(file)
                } else {
                    let clip = try Clip(from: decoder)
                    self = .clip(
                        file: clip.file, fps: clip.fps, duration: clip.duration, frames: clip.total_num_frames)
                }
            }
        }
    }

    func index() throws -> Index {
        try JSONDecoder().decode(
            Index.self, from: Data(contentsOf: url.appending(path: casesFolder + "/index.json")))
    }
}

/// One conversation with what the reference made of it.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
    let folder: ReferenceFolder
    let record: ReferenceFolder.Record

    var testDescription: String { "\(folder.testDescription)/\(record.name)" }
    var tensors: ReferenceFile {
        get throws { try ReferenceFile(folder.url.appending(path: folder.casesFolder + "/" + record.file)) }
    }
}

extension ReferenceFolder: Sendable {}
extension ReferenceFolder.Record: Sendable {}
extension ReferenceFolder.Record.Media: Sendable {}
extension ReferenceFolder.Record.Template: Sendable {}
extension ReferenceFolder.Record.Processor: Sendable {}
