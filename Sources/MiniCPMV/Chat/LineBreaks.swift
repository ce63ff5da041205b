/// Turns `\n` that the model spells out into line ends, except in code and in mathematics: the model card's rule.
///
/// Code is what stands between backticks, mathematics what stands between `$`, `$$`, `\(` and `\)`, `\[` and `\]`. A `$`
/// before a digit or a blank is money, and one that its line does not close was none. Of two backslashes the second
/// escapes nothing. The same text in other chunks gives the same result.
struct LineBreaks: Sendable {
    /// What ends the stretch that is left alone; `nil`: none is open.
    private var closing: [Unicode.Scalar]?
    /// What cannot be judged before more is seen.
    private var pending: [Unicode.Scalar] = []

    /// The text with what is certain turned.
    mutating func append(_ text: String) -> String {
        pending.append(contentsOf: text.unicodeScalars)
        return take(isLast: false)
    }

    /// What is left.
    mutating func finish() -> String { take(isLast: true) }

    /// The longest mark is three backticks, and after a `$` one more is looked at.
    private static let lookAhead = 3

    private mutating func take(isLast: Bool) -> String {
        var out = String.UnicodeScalarView()
        var place = 0
        while place < pending.count, isLast || pending.count - place >= Self.lookAhead {
            place += closing == nil ? readOpen(at: place, to: &out) : readClosed(at: place, to: &out)
        }
        pending.removeFirst(place)
        return String(out)
    }

    /// - Returns: how many were read.
    private mutating func readClosed(at place: Int, to out: inout String.UnicodeScalarView) -> Int {
        guard let closing else { return 0 }
        let count = pending[place...].starts(with: closing) ? closing.count : 1
        if count == closing.count, pending[place...].starts(with: closing) {
            self.closing = nil
        } else if closing == ["$"], pending[place] == "\n" {
            self.closing = nil
        }
        out.append(contentsOf: pending[place..<(place + count)])
        return count
    }

    private mutating func readOpen(at place: Int, to out: inout String.UnicodeScalarView) -> Int {
        let rest = pending[place...]
        for (opening, closing) in Self.marks where rest.starts(with: opening) {
            self.closing = closing
            out.append(contentsOf: opening)
            return opening.count
        }
        if rest.starts(with: ["\\", "\\"]) {
            out.append(contentsOf: ["\\", "\\"])
            return 2
        }
        if rest.starts(with: ["\\", "n"]) {
            out.append("\n")
            return 2
        }
        if pending[place] == "$", let next = rest.dropFirst().first, !next.properties.isWhitespace,
            next.properties.generalCategory != .decimalNumber
        {
            closing = ["$"]
        }
        out.append(pending[place])
        return 1
    }

    private static let marks: [(opening: [Unicode.Scalar], closing: [Unicode.Scalar])] = [
        (["`", "`", "`"], ["`", "`", "`"]), (["`"], ["`"]), (["$", "$"], ["$", "$"]), (["\\", "("], ["\\", ")"]),
        (["\\", "["], ["\\", "]"]),
    ]
}
