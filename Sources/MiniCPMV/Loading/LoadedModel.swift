import Tensors
import Tokenization

/// A model ready to compute: weights, tokenizer, settings. Immutable, and shared by all sequences.
final class LoadedModel: Sendable {
    let tokenizer: Tokenizer
    let vision: VisionTower
    let language: LanguageModel
    let images: ImageProcessor
    let videos: VideoProcessor
    let tokens: SpecialTokens
    let configuration: ModelConfiguration

    /// Maps the model of a folder; its weights are read from the disk when they are first used.
    init(folder path: String, precision: Precision) throws(ModelError) {
        let folder = try ModelFolder(path, precision)
        configuration = folder.checkpoint.configuration
        tokenizer = folder.tokenizer
        tokens = try SpecialTokens(tokenizer, path)
        images = ImageProcessor(folder.preprocessor)
        videos = VideoProcessor(folder.preprocessor)
        guard folder.preprocessor.patchSide == configuration.vision.patchSize else {
            throw .notOurs(path, because: "its pictures are cut into other patches than its weights take")
        }
        do throws(WeightFileError) {
            vision = try VisionTower(folder.checkpoint)
            language = try LanguageModel(folder.checkpoint)
        } catch { throw ModelError(error) }
    }
}

/// Tokens with a meaning of their own.
struct SpecialTokens: Sendable {
    /// A picture's row stands in their place.
    let imagePad: TokenID
    /// A video's row stands in their place.
    let videoPad: TokenID
    /// It begins a message.
    let messageStart: TokenID
    /// They end an answer.
    let stops: [TokenID]
    /// It ends a thought.
    let thoughtEnd: TokenID

    init(_ tokenizer: Tokenizer, _ path: String) throws(ModelError) {
        func token(_ name: String) throws(ModelError) -> TokenID {
            guard let token = tokenizer.tokenID(of: name) else {
                throw .notOurs(path, because: "its tokenizer lacks the token \(name)")
            }
            return token
        }
        imagePad = try token("<|image_pad|>")
        videoPad = try token("<|video_pad|>")
        messageStart = try token("<|im_start|>")
        stops = [try token("<|endoftext|>"), try token("<|im_end|>")]
        thoughtEnd = try token("</think>")
    }
}
