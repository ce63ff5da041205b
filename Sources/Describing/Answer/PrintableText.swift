/// Text that can be stored and shown: nothing in it steers a terminal or turns a line round.
enum PrintableText {
    /// Without control characters and direction overrides; every line end is a line feed, a tab is a space.
    static func clean(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x2028, 0x2029: clean.append("\n")
            case 0x09, 0xA0: clean.append(" ")
            // C0, DEL and C1; marks and overrides of direction; the byte order mark; the object replacement.
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFC: break
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// On one line, blanks single.
    static func onOneLine(_ text: String) -> String {
        clean(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// At most `limit` characters, cut after a word where there is one.
    static func cut(_ text: String, at limit: Int) -> String {
        guard let end = text.index(text.startIndex, offsetBy: limit - 1, limitedBy: text.endIndex),
            text.index(after: end, limitedBy: text.endIndex) != nil
        else { return text }
        let head = text[..<end]
        let whole = head.lastIndex(where: \.isWhitespace).map { head[..<$0] } ?? head
        return whole + "…"
    }
}

extension String {
    fileprivate func index(after index: Index, limitedBy limit: Index) -> Index? {
        guard let next = self.index(index, offsetBy: 1, limitedBy: limit), next < limit else { return nil }
        return next
    }
}
