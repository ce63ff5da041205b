/// A line as Tesseract read it, in the pixels of the picture that was to be read.
struct ReadLine: Hashable {
    var text: String
    /// 0…1.
    var confidence: Double
    var box: TextBox

    /// Letters and digits.
    var letterCount: Int { text.unicodeScalars.count(where: Self.isLetter) }

    /// Chinese and Japanese signs and Korean syllables, each of which says as much as several letters.
    var ideographCount: Int { confidence > 0.7 ? text.unicodeScalars.count(where: Self.isIdeograph) : 0 }

    /// Letters and digits of the longest word.
    var longestWord: Int {
        text.split(whereSeparator: \.isWhitespace).map { $0.unicodeScalars.count(where: Self.isLetter) }.max() ?? 0
    }

    /// How much is read, and how surely: what decides between two readings of one place.
    var weight: Double { confidence * Double(letterCount) }

    /// A line of a screen or a page, without what is no word; `nil` where nothing is left.
    func cleaned() -> ReadLine? {
        var line = self
        line.text = Self.joined(text.split(whereSeparator: \.isWhitespace).filter(Self.isWorthKeeping))
        let visible = line.text.unicodeScalars.count { !$0.properties.isWhitespace }
        let letters = line.letterCount
        guard confidence >= 0.3, letters >= 2, letters * 2 >= visible else { return nil }
        // One or two letters by themselves are icons more often than words.
        if letters < 3, confidence < 0.6, ideographCount == 0 { return nil }
        return line
    }

    /// A line of a photograph, held to more: leaves and bricks are read as short words, and not surely.
    func cleanedOfScenery() -> ReadLine? {
        guard let line = cleaned() else { return nil }
        let words = line.text.split(separator: " ").count
        let isWordy = line.longestWord >= 4 && line.letterCount >= 3 * words && confidence > 0.45
        let isShortAndSure = line.longestWord >= 2 && confidence > 0.85
        return isWordy || isShortAndSure || line.ideographCount >= 2 ? line : nil
    }

    /// Whether a word has a letter or digit, or stands for something by itself.
    private static func isWorthKeeping(_ word: Substring) -> Bool {
        word.unicodeScalars.contains(where: isLetter) || signs.contains(word)
    }

    private static let signs: Set<Substring> = [
        "+", "-", "=", "&", "/", "–", "—", "<", ">", ">>>", "%", "#", "$", "€", "£", "¥",
    ]

    /// Words with spaces between them, but for Chinese and Japanese: Tesseract sees gaps there that mean nothing.
    private static func joined(_ words: [Substring]) -> String {
        words.reduce(into: "") { line, word in
            if let last = line.unicodeScalars.last, let first = word.unicodeScalars.first,
                !(isUnspaced(last) && isUnspaced(first))
            {
                line += " "
            }
            line += word
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3041...0x30FF, 0x3400...0x9FFF, 0xAC00...0xD7AF: true
        default: false
        }
    }

    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3000...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF: true
        default: false
        }
    }
}
