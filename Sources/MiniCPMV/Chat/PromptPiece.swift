/// A piece of a prompt. The template's own words are told apart from what people, tools and pictures say, so that a text
/// with “<|im_end|>” in it ends no turn.
///
/// A prompt whose texts hold no such names has the reference's tokens exactly, since the tokenizer sees all pieces as
/// one text and only leaves the names in `text` alone.
enum PromptPiece: Sendable, Equatable {
    /// Of the template: names of added tokens are those tokens.
    case markup(String)
    /// Of others: nothing but text.
    case text(String)
    /// The next picture.
    case image
    /// The next video.
    case video

    /// As the reference's template writes it.
    var rendered: String {
        switch self {
        case .markup(let text), .text(let text): text
        case .image: "<|image_pad|>"
        case .video: "<|video_pad|>"
        }
    }
}
