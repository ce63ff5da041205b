/// Cuts text into the pieces that merges never cross.
///
/// The same as the release's regular expression, whose alternatives are tried in this order at each place:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d) | [^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+ | \p{N}
///     |  ?[^\s\p{L}\p{M}\p{N}]+[\r\n]* | \s*[\r\n]+ | \s+(?!\S) | \s+
struct PieceScanner {
    /// What the expression asks of a character.
    private enum Kind {
        case letter, mark, number, lineEnd, space, other

        var isSpace: Bool { self == .space || self == .lineEnd }
        var isWordPart: Bool { self == .letter || self == .mark }
    }

    private let bytes: [UInt8]

    /// Pieces of UTF-8.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The end of the piece that begins at `start`. `start` is the first byte of a character.
    func end(from start: Int) -> Int {
        if let end = contraction(start) ?? word(start) { return end }
        let first = character(start)
        if first.kind == .number { return first.end }
        return symbols(start) ?? spaces(start)
    }

    private func contraction(_ start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "'"), start + 1 < bytes.count else { return nil }
        let second = bytes[start + 1] | 0x20
        switch second {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        // The long s is an s when case is ignored.
        if bytes[start...].starts(with: [0x27, 0xC5, 0xBF]) { return start + 3 }
        guard start + 2 < bytes.count else { return nil }
        switch (second, bytes[start + 2] | 0x20) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    private func word(_ start: Int) -> Int? {
        let first = character(start)
        switch first.kind {
        case .lineEnd, .number: return nil
        case .letter, .mark: return run(from: first.end) { $0.isWordPart }
        case .space, .other:
            let end = run(from: first.end) { $0.isWordPart }
            return end > first.end ? end : nil
        }
    }

    private func symbols(_ start: Int) -> Int? {
        let begin = bytes[start] == 0x20 ? start + 1 : start
        let end = run(from: begin) { $0 == .other }
        return end > begin ? run(from: end) { $0 == .lineEnd } : nil
    }

    private func spaces(_ start: Int) -> Int {
        var (place, lastLineEnd, lastSpace) = (start, start, start)
        while place < bytes.count {
            let next = character(place)
            guard next.kind.isSpace else { break }
            if next.kind == .lineEnd { lastLineEnd = next.end }
            lastSpace = place
            place = next.end
        }
        if lastLineEnd > start { return lastLineEnd }
        // The last space before a word belongs to the word, unless it is the only one.
        return place == bytes.count || lastSpace == start ? place : lastSpace
    }

    private func run(from start: Int, while matches: (Kind) -> Bool) -> Int {
        var place = start
        while place < bytes.count {
            let next = character(place)
            guard matches(next.kind) else { break }
            place = next.end
        }
        return place
    }

    private func character(_ start: Int) -> (kind: Kind, end: Int) {
        let lead = bytes[start]
        if lead < 0x80 { return (Self.asciiKinds[Int(lead)], start + 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length { value = value << 6 | UInt32(bytes[start + offset] & 0x3F) }
        return (Unicode.Scalar(value).map { Self.kind($0) } ?? .other, start + length)
    }

    private static let asciiKinds: [Kind] = (0..<128).map { kind(Unicode.Scalar(UInt8($0))) }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        if scalar == "\r" || scalar == "\n" { return .lineEnd }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return scalar.properties.isWhitespace ? .space : .other
        }
    }
}
