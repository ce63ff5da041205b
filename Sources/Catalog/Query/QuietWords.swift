/// Words that people type and that say nothing about a picture.
enum QuietWords {
    /// In English, the language of the prompts; what other languages have of these is also in their captions and texts.
    private static let words: Set<String> = [
        "a", "an", "the", "and", "of", "in", "on", "at", "to", "by", "for", "from", "with", "into", "is", "are", "was",
        "were", "be", "this", "that", "these", "those", "it", "its", "my", "me", "some", "any", "near", "where",
        "which",
        "photo", "photos", "picture", "pictures", "image", "images", "pic", "pics", "show", "find",
    ]

    /// The parts without such words, and without ones that hold neither letter nor digit: none of them is required. Where
    /// nothing else would be left, they are what is meant.
    static func removed(from parts: [QueryExpression]) -> [QueryExpression] {
        let telling = parts.filter { part in
            guard case .text(let text) = part, text.field == nil, !text.isQuoted else { return true }
            return SearchText.hasWord(text.text) && !words.contains(text.text.lowercased())
        }
        let isAsked = telling.contains { part in
            if case .not = part { false } else { true }
        }
        return isAsked ? telling : parts
    }
}
