/// Lower-case nouns, no two alike.
enum Tags {
    /// In characters and words; longer ones are sentences.
    static let lengthLimit = 40
    static let wordLimit = 3

    /// Words of the prompt, and words true of every picture.
    private static let empty: Set<String> = [
        "tag", "tags", "noun", "nouns", "english nouns", "caption", "text", "language", "image", "picture", "photo",
        "photograph", "lower case", "none", "null", "unknown",
    ]

    /// The tags in what a model wrote: an array's strings, or one string with commas.
    static func clean(_ written: [String]) -> [String] {
        var tags: [String] = []
        for tag in written.flatMap({ $0.split(whereSeparator: { ",;\n".contains($0) }) }).compactMap(clean) {
            guard tags.count < AnswerForm.tagLimit else { break }
            if !tags.contains(where: { isSame($0, tag) }) { tags.append(tag) }
        }
        return tags
    }

    private static func clean(_ written: Substring) -> String? {
        let line = PrintableText.onOneLine(String(written).replacing("_", with: " ")).lowercased()
        let isEdge: (Character) -> Bool = { !$0.isLetter && !$0.isNumber }
        guard let first = line.firstIndex(where: { !isEdge($0) }), let last = line.lastIndex(where: { !isEdge($0) })
        else { return nil }
        let tag = String(line[first...last])
        guard tag.count <= lengthLimit, tag.split(separator: " ").count <= wordLimit, !empty.contains(tag)
        else { return nil }
        return tag
    }

    /// "dog" and "dogs" are one tag.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || left + "s" == right || right + "s" == left
    }
}
