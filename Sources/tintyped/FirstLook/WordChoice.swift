import MediaTypes

/// Whose words are kept: the small models read Latin, Chinese and Japanese; Tesseract reads what it has data for.
enum WordChoice {
    /// Below this the small models met many signs that they do not know. Of the 17 screenshots of gt/ the four in Cyrillic,
    /// Greek and Korean lie below it; for how many others Tesseract is asked in vain was not counted.
    private static let leastCertainty = 0.82
    /// The share of letters of other scripts from which Tesseract's reading is the better one.
    private static let leastShare = 0.15

    /// Whether another reader should be asked.
    static func isDoubtful(_ certainty: Double?) -> Bool { certainty.map { $0 < leastCertainty } ?? false }

    /// Tesseract's words where many of them are in a script that the small models do not read, else theirs.
    static func better(_ look: RecognisedText, _ tesseract: RecognisedText) -> RecognisedText {
        let letters = tesseract.lines.flatMap { $0.text.unicodeScalars.filter(\.properties.isAlphabetic) }
        let foreign = letters.count { isForeign($0) }
        return Double(foreign) > leastShare * Double(letters.count) ? tesseract : look
    }

    /// Letters that the small models have no symbols for.
    private static func isForeign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Greek and Cyrillic; Armenian to Korean's old letters; Korean syllables.
        case 0x370...0x52F, 0x530...0x11FF, 0xAC00...0xD7AF: true
        default: false
        }
    }
}
