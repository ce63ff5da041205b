import Foundation
import Tensors
import Tokenization

/// What a model's folder holds, opened: weights mapped, tokenizer and settings read.
struct ModelFolder {
    let checkpoint: any Checkpoint
    let tokenizer: Tokenizer
    let preprocessor: PreprocessorConfiguration

    /// Files other than weights are read whole; the tokenizer's is the largest, with 20 MB.
    private static let readLimit = 64 << 20

    init(_ folder: String, _ precision: Precision) throws(ModelError) {
        let names = try Self.names(in: folder)
        if names.contains("model.safetensors") || names.contains("model.safetensors.index.json") {
            checkpoint = try SafetensorsCheckpoint(folder: folder, precision: precision)
            tokenizer = try Self.tokenizer(json: folder + "/tokenizer.json")
        } else {
            let pair = try Self.pair(of: names.filter { $0.hasSuffix(".gguf") }, in: folder)
            let checkpoint = try GGUFCheckpoint(
                text: pair.text, projector: pair.projector, precision: precision)
            self.checkpoint = checkpoint
            tokenizer = try Self.tokenizer(checkpoint.text)
        }
        preprocessor = try Self.preprocessor(names, folder, checkpoint)
        guard tokenizer.vocabularySize <= checkpoint.configuration.language.vocabularySize else {
            throw .notOurs(folder, because: "its tokenizer has more tokens than its embedding")
        }
    }

    /// The bytes of one of the model's small files.
    static func read(_ path: String) throws(ModelError) -> Data {
        do {
            let size = try URL(fileURLWithPath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            guard size <= readLimit else { throw ModelError.cannotRead(path, because: "it is too large") }
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as ModelError {
            throw error
        } catch {
            throw .cannotRead(path, because: "it is missing, or you may not read it")
        }
    }

    private static func names(in folder: String) throws(ModelError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw .cannotRead(folder, because: "it is no folder, or you may not read it")
        }
    }

    private static func pair(of names: [String], in folder: String) throws(ModelError) -> (
        text: String, projector: String
    ) {
        guard !names.isEmpty else { throw .noModel(in: folder) }
        let projectors = names.filter { $0.lowercased().contains("mmproj") }
        let texts = names.filter { !$0.lowercased().contains("mmproj") }
        guard let projector = projectors.first else { throw .incompletePair(in: folder, lacks: "the mmproj GGUF file") }
        guard let text = texts.first else { throw .incompletePair(in: folder, lacks: "the text GGUF file") }
        guard texts.count == 1, projectors.count == 1 else {
            throw .incompletePair(in: folder, lacks: "a clear choice: it holds more than one pair of GGUF files")
        }
        return (folder + "/" + text, folder + "/" + projector)
    }

    private static func tokenizer(json path: String) throws(ModelError) -> Tokenizer {
        let bytes = [UInt8](try read(path))
        do throws(TokenizationError) { return try Tokenizer(tokenizerJSON: bytes, named: path) } catch {
            throw ModelError(code: .badModel, message: error.message, remedy: error.remedy)
        }
    }

    private static func tokenizer(_ file: GGUFFile) throws(ModelError) -> Tokenizer {
        guard case .strings(let tokens) = file.metadata["tokenizer.ggml.tokens"],
            case .integers(let types) = file.metadata["tokenizer.ggml.token_type"],
            case .strings(let merges) = file.metadata["tokenizer.ggml.merges"]
        else { throw .notOurs(file.path, because: "it holds no byte-level BPE tokenizer") }
        do throws(TokenizationError) {
            return try Tokenizer(tokens: tokens, types: types.map { Int32(truncatingIfNeeded: $0) }, merges: merges)
        } catch { throw ModelError(code: .badModel, message: error.message, remedy: error.remedy) }
    }

    /// GGUF pairs come without preprocessor_config.json: the projector's metadata say the sizes.
    private static func preprocessor(_ names: [String], _ folder: String, _ checkpoint: any Checkpoint)
        throws(ModelError) -> PreprocessorConfiguration
    {
        let name = "preprocessor_config.json"
        if names.contains(name) {
            let path = folder + "/" + name
            return try PreprocessorConfiguration(parsing: [UInt8](try read(path)), named: path)
        }
        guard let pair = checkpoint as? GGUFCheckpoint else { return .released }
        return try pair.preprocessor()
    }
}
