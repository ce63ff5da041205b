/// One to three sentences that begin with the subject.
enum Caption {
    /// In characters; three long sentences.
    static let limit = 600
    /// More sentences than this are a story.
    static let sentenceLimit = 3

    /// The caption in what a model wrote; `nil`: there is none, or a refusal, or our own prompt.
    static func clean(_ written: String) -> String? {
        let line = PrintableText.onOneLine(written.replacing("\\n", with: " "))
        let opened = withoutBoilerplate(line.trimmingQuotes())
        let caption = PrintableText.cut(firstSentences(of: opened), at: limit)
        guard caption.contains(where: \.isLetter), !nothing.contains(caption.lowercased()),
            !isRefusal(caption), !isEcho(caption)
        else { return nil }
        return caption
    }

    private static let nothing: Set<String> = ["null", "none", "n/a", "unknown"]
    private static let refusals = [
        "i'm sorry", "i am sorry", "sorry,", "i cannot", "i can't", "i'm unable", "i am unable", "i'm not able",
        "as an ai", "unable to",
    ]

    private static func isRefusal(_ caption: String) -> Bool {
        let start = caption.lowercased().replacing("’", with: "'")
        return refusals.contains { start.hasPrefix($0) }
    }

    /// Whether a model repeats what it was told about captions.
    private static func isEcho(_ caption: String) -> Bool {
        caption.lowercased().contains("one to three sentences")
    }

    // Sentences.

    private static func firstSentences(of text: String) -> String {
        var count = 0
        var words: [Substring] = []
        let all = text.split(separator: " ")
        for (index, word) in all.enumerated() {
            words.append(word)
            let isLast = index + 1 == all.count
            if !isLast, endsSentence(word, before: all[index + 1]) {
                count += 1
                if count == sentenceLimit { break }
            }
        }
        return words.joined(separator: " ")
    }

    /// "Dr." and "St." end none: a sentence's last word is longer, and the next begins large.
    private static func endsSentence(_ word: Substring, before next: Substring) -> Bool {
        guard let mark = word.last(where: { !"\"'”’)".contains($0) }) else { return false }
        if "。！？".contains(mark) { return true }
        guard ".!?".contains(mark), let start = next.first(where: { !"\"'“‘(".contains($0) }) else { return false }
        return word.filter(\.isLetter).count > 2 && !start.isLowercase
    }

    // Boilerplate.

    private static let labels = ["caption:", "description:", "answer:"]
    private static let adjectives: Set<Substring> = ["provided", "given", "attached", "above", "close-up", "digital"]
    private static let nouns: Set<Substring> = [
        "image", "picture", "photo", "photograph", "screenshot", "video", "clip", "footage", "scene", "snapshot",
    ]
    private static let showing: Set<Substring> = [
        "shows", "depicts", "features", "captures", "displays", "presents", "contains", "portrays", "illustrates",
        "showcases", "highlights", "includes", "represents",
    ]
    /// What can follow "appears to" and "seems to".
    private static let seeming: Set<Substring> = ["show", "depict", "be", "feature", "capture", "display"]

    /// Without "This image shows" and its like: every caption would begin the same, and say nothing by it.
    private static func withoutBoilerplate(_ text: String) -> String {
        var words = text.split(separator: " ")[...]
        while let first = words.first, labels.contains(first.lowercased()) { words.removeFirst() }
        // Twice: "The image shows a scene" is one opening, "In this image, the photo depicts" are two.
        for _ in 0..<2 {
            let count = boilerplateCount(words.prefix(8).map { Substring($0.lowercased()).trimmingMarks() })
            guard count > 0, count < words.count else { break }
            words = words.dropFirst(count)
        }
        let rest = words.joined(separator: " ")
        return rest.prefix(1).uppercased() + rest.dropFirst()
    }

    /// How many of the first words say only that there is a picture.
    private static func boilerplateCount(_ words: [Substring]) -> Int {
        var rest = words[...]
        let isInside = rest.first == "in"
        if isInside { rest = rest.dropFirst() }
        guard let article = rest.popFirst(), article == "this" || article == "the" else { return 0 }
        while let word = rest.first, adjectives.contains(word) { rest = rest.dropFirst() }
        guard let noun = rest.popFirst(), nouns.contains(noun) else { return 0 }
        if isInside { return rest.startIndex + seeingCount(rest) }
        if let verb = rest.first, showing.contains(verb) { return rest.startIndex + 1 }
        if let verb = rest.first, verb == "appears" || verb == "seems", rest.dropFirst().first == "to",
            let what = rest.dropFirst(2).first, seeming.contains(what)
        {
            return rest.startIndex + 3
        }
        if rest.first == "is", rest.dropFirst().first == "of" { return rest.startIndex + 2 }
        // "The image" opens no caption, whatever follows; "the video game" and "the picture frame" are things.
        guard noun == "image" else { return 0 }
        return rest.startIndex + (rest.first == "is" || rest.first == "has" ? 1 : 0)
    }

    /// After "In this image,": "we can see", "you see", "there is".
    private static func seeingCount(_ words: ArraySlice<Substring>) -> Int {
        var rest = words
        let start = rest.startIndex
        if rest.first == "there", let verb = rest.dropFirst().first, verb == "is" || verb == "are" { return 2 }
        guard let subject = rest.popFirst(), ["we", "you", "one", "i"].contains(subject) else { return 0 }
        if rest.first == "can" { rest = rest.dropFirst() }
        return rest.first == "see" ? rest.startIndex + 1 - start : 0
    }
}

extension Substring {
    fileprivate func trimmingMarks() -> Substring {
        let marks: Set<Character> = [",", ".", ":", ";", "\"", "“", "”"]
        var text = self
        while let last = text.last, marks.contains(last) { text.removeLast() }
        return text.drop { marks.contains($0) }
    }
}

extension String {
    /// Without quotation marks that enclose the whole.
    fileprivate func trimmingQuotes() -> String {
        guard count > 1, let first, let last, [("\"", "\""), ("“", "”")].contains(where: { $0 == first && $1 == last })
        else { return self }
        return String(dropFirst().dropLast())
    }
}
