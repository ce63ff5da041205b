/// How many columns of a terminal a text takes.
enum DisplayWidth {
    /// The columns of this text: two for East Asian wide characters and emoji, none for combining ones.
    static func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

    /// The text, cut with an ellipsis where it is wider than this.
    static func cut(_ text: String, columns limit: Int) -> String {
        guard columns(of: text) > limit else { return text }
        var kept = ""
        var width = 1
        for character in text {
            width += columns(of: character)
            guard width <= limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text, filled up with spaces to this width.
    static func padded(_ text: String, columns width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - columns(of: text)))
    }

    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        return switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: isWide(first.value) || first.properties.isEmojiPresentation ? 2 : 1
        }
    }

    // The blocks that Unicode's EastAsianWidth.txt gives as W or F, joined where nothing narrow lies between.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
