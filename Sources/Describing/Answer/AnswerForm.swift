/// The form in which an engine answers, and how its answer is read.
enum AnswerForm {
    /// More tags than this are noise.
    static let tagLimit = 12

    /// The form as a JSON schema, for servers that enforce one. The caption comes first: an answer that is cut short
    /// still has it.
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "caption": ["type": "string"],
            "tags": ["type": "array", "items": ["type": "string"], "maxItems": .integer(tagLimit)],
            "text": ["type": "string"],
            "language": ["type": "string"],
        ],
        "required": ["caption", "tags", "text", "language"],
        "additionalProperties": false,
    ]

    /// Reads what a model wrote, forgiving what models get wrong: reasoning before the answer, code fences, words around
    /// the object, a missing end, plain prose instead.
    ///
    /// - Returns: `nil` where it says nothing of the picture.
    static func read(_ content: String) -> PictureAnswer? {
        guard let spoken = withoutReasoning(content) else { return nil }
        let answer: PictureAnswer
        if let object = LooseJSON.firstObject(in: spoken) {
            answer = read(describingObject(in: object))
        } else {
            answer = PictureAnswer(caption: Caption.clean(withoutFence(spoken)))
        }
        return answer.caption == nil && answer.text == nil ? nil : answer
    }

    private static func read(_ object: LooseJSON) -> PictureAnswer {
        let text = WrittenText.clean(lines(of: object["text"]).joined(separator: "\n"))
        return PictureAnswer(
            caption: Caption.clean(lines(of: object["caption"] ?? object["description"]).joined(separator: " ")),
            tags: Tags.clean(wholeStrings(of: object["tags"])),
            text: text,
            language: text == nil ? nil : LanguageCode.clean(lines(of: object["language"]).first ?? ""))
    }

    /// The object that has our keys: some models wrap it in another.
    private static func describingObject(in object: LooseJSON) -> LooseJSON {
        guard object["caption"] == nil, object["text"] == nil, case .object(let members) = object else { return object }
        return members.map(\.value).first { $0["caption"] != nil } ?? object
    }

    /// What follows a `<think>…</think>`; `nil`: the model never got beyond its reasoning.
    private static func withoutReasoning(_ content: String) -> Substring? {
        if let end = content.ranges(of: "</think>").last { return content[end.upperBound...] }
        return content.contains("<think>") ? nil : content[...]
    }

    private static func withoutFence(_ text: Substring) -> String {
        text.split(separator: "\n").filter { !$0.hasPrefix("```") }.joined(separator: "\n")
    }

    private static func lines(of value: LooseJSON?) -> [String] {
        switch value {
        case .string(let text, isWhole: true): [text]
        // Half a word is none.
        case .string(let text, isWhole: false):
            [text.lastIndex(where: \.isWhitespace).map { String(text[..<$0]) } ?? ""]
        case .array(let values): values.flatMap { lines(of: $0) }
        case .word(let word) where word != "null": [word]
        default: []
        }
    }

    /// Without a string that the answer's end cut: half a tag is none.
    private static func wholeStrings(of value: LooseJSON?) -> [String] {
        switch value {
        case .string(let text, isWhole: true): [text]
        case .array(let values): values.flatMap { wholeStrings(of: $0) }
        default: []
        }
    }
}
