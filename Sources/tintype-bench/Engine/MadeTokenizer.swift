import Describing

/// A byte-pair tokenizer for a checkpoint of random weights: one that takes the questions of indexing apart into about as
/// many tokens as the released one, a token for most words.
struct MadeTokenizer {
    private let tokens: [String]
    private let merges: [String]

    private static let markup = [
        "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
        "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
        "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
        "<think>", "</think>", "<image>", "</image>", "<slice>", "</slice>", "<image_id>", "</image_id>",
    ]
    /// The byte-pair alphabet's sign for a space.
    private static let space = "\u{120}"

    /// A tokenizer of `size` tokens in all.
    init(size: Int) {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        let others = (0..<256).filter { !printable.contains($0) }
        var tokens = (printable + others.indices.map { 256 + $0 }).compactMap { UnicodeScalar($0).map { String($0) } }
        var merges: [String] = []
        var known = Set(tokens)
        // Every pair begins with the space, so that words do not disturb each other.
        for word in IndexingQuestion.photo.split(whereSeparator: { !($0.isASCII && $0.isLetter) }) {
            var piece = Self.space
            for letter in word {
                let longer = piece + String(letter)
                if known.insert(longer).inserted {
                    tokens.append(longer)
                    merges.append("\(piece) \(letter)")
                }
                piece = longer
            }
        }
        tokens += (0...).lazy.map(Self.filler).filter { !known.contains($0) }
            .prefix(size - Self.markup.count - tokens.count)
        self.tokens = tokens
        self.merges = merges
    }

    /// A word for each number, none of them the same.
    private static func filler(_ number: Int) -> String {
        var (word, rest) = (space, number)
        repeat {
            word.unicodeScalars.append(UnicodeScalar(UInt8(97 + rest % 26)))
            rest /= 26
        } while rest > 0
        return word
    }

    /// Writes it into a GGUF file.
    func add(to file: inout GGUFWriter) {
        file.add("tokenizer.ggml.model", "gpt2")
        file.add("tokenizer.ggml.pre", "qwen35")
        file.add("tokenizer.ggml.tokens", tokens + Self.markup)
        file.add(
            "tokenizer.ggml.token_type",
            [Int32](repeating: 1, count: tokens.count) + [Int32](repeating: 3, count: Self.markup.count))
        file.add("tokenizer.ggml.merges", merges)
    }
}
