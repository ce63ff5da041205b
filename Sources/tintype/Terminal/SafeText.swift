/// Text from file names, captions and pictures made harmless for a terminal.
///
/// A picture can hold any words and a file name any byte: what steers a terminal, or turns the reading direction so
/// that a name reads as another, is shown instead of obeyed.
enum SafeText {
    /// One line: line ends and tabs become spaces.
    static func line(_ text: String) -> String { replaced(text, keepingLines: false) }

    /// Several lines: line feeds and tabs stay.
    static func block(_ text: String) -> String { replaced(text, keepingLines: true) }

    /// A file name, in which a line end is as odd as any other control character and is shown as one.
    static func name(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return text.unicodeScalars.map { isUnsafe($0) ? visible($0) : String($0) }.joined()
    }

    /// JSON with every unsafe character escaped: they only ever stand inside its strings.
    static func json(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: isUnsafe) else { return json }
        return json.unicodeScalars.map { scalar in
            isUnsafe(scalar) ? "\\u" + hexadecimal(scalar, digits: 4) : String(scalar)
        }.joined()
    }

    /// Whether a terminal would obey this: C0, DEL, C1, line and paragraph separators, bidirectional controls.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func replaced(_ text: String, keepingLines: Bool) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where keepingLines, "\t" where keepingLines: safe.unicodeScalars.append(scalar)
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": safe += keepingLines ? "" : " "
            case _ where isUnsafe(scalar): safe += visible(scalar)
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// C0 and DEL as Unicode's control pictures (␛), the rest by number (<U+202E>).
    private static func visible(_ scalar: Unicode.Scalar) -> String {
        let picture = scalar.value < 0x20 ? 0x2400 + scalar.value : 0x2421
        if scalar.value <= 0x7F, let picture = Unicode.Scalar(picture) { return String(picture) }
        return "<U+" + hexadecimal(scalar, digits: 4).uppercased() + ">"
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
