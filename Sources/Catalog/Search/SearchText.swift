import Foundation

/// How text is prepared for the two full-text indexes, and a query's words alike.
///
/// SQLite's `unicode61` takes a run of Chinese, Japanese or Korean characters for one word, so these are set apart by
/// U+200B: each is a word then, and a query's word is a phrase of them. It also leaves the accents of Greek and of some
/// Latin letters on, and the trigram index leaves all of them, so the plain forms of accented words are indexed beside
/// the text. U+200B never leaves this module.
enum SearchText {
    private static let separator: Unicode.Scalar = "\u{200B}"

    /// The text with CJK characters set apart, and control characters, which mark matches, replaced by spaces.
    static func prepared(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0xE1 }) else { return text }
        var result = String.UnicodeScalarView()
        var previousIsCJK = false
        for scalar in text.unicodeScalars {
            let isCJK = isCJK(scalar)
            if isCJK || previousIsCJK, !result.isEmpty { result.append(separator) }
            previousIsCJK = isCJK
            result.append(scalar.value < 0x20 && scalar != "\n" ? " " : scalar)
        }
        return String(result)
    }

    /// Prepared text as a person shall see it.
    static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(separator) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != separator }))
    }

    /// Whether `unicode61` finds a word in the text.
    static func hasWord(_ text: String) -> Bool { text.unicodeScalars.contains(where: isWordScalar) }

    /// The plain forms of all words of the texts that have one, each once.
    static func plainForms(in texts: [String]) -> String {
        var forms: [String] = []
        var seen: Set<String> = []
        for text in texts where text.utf8.contains(where: { $0 >= 0x80 }) {
            for word in text.unicodeScalars.split(whereSeparator: { !isWordScalar($0) && !isMark($0) }) {
                guard let form = plainForm(of: String(word)), seen.insert(form).inserted else { continue }
                forms.append(form)
            }
        }
        return forms.joined(separator: " ")
    }

    /// The word in lower case without accents; `nil` where that is the word itself, give or take its case.
    static func plainForm(of word: String) -> String? {
        guard word.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
        let lower = word.lowercased()
        var plain = ""
        for scalar in lower.decomposedStringWithCanonicalMapping.unicodeScalars where !isMark(scalar) {
            if let letters = letters[scalar] {
                plain += letters
            } else if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
                plain.unicodeScalars.append(narrow)
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        // Swift compares strings by canonical equivalence: a decomposed but unaccented word (Korean) has no plain form.
        return plain == lower || plain.isEmpty ? nil : plain
    }

    /// Letters that Unicode does not decompose, and people type without thinking; and the Greek sigma that ends words.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ",
    ]

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        (0x0300...0x036F).contains(scalar.value)
    }

    /// What `unicode61` counts as part of a word: letters, numbers and private use.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }

    /// Whether a script is written without spaces between words, or (Korean) with endings glued to them.
    static func isCJK(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x11FF, 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3041...0x30FF, 0x3105...0x318E,
            0x31A0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97C, 0xAC00...0xD7FB, 0xF900...0xFAFF,
            0xFF66...0xFFDC, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
