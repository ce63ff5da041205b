/// Finds exact facts in the words of a picture.
public enum WrittenFacts {
    /// The facts of some lines, each once, in their order.
    public static func facts(in texts: [String]) -> [WrittenFact] {
        var seen: Set<String> = []
        return texts.flatMap { text in
            let line = LinePieces(text[...])
            return addresses(in: text) + WrittenDates.facts(in: line) + WrittenAmounts.facts(in: line)
                + WrittenReferences.facts(in: line)
        }.filter { seen.insert($0.kind.rawValue + " " + $0.normal).inserted }
    }

    /// What a search may be asked for and the words do not say: days and money in their normal forms, references without
    /// their hyphens; each once. Addresses and whole references are found as the words that they are.
    ///
    /// - Cost: 0.15 µs a byte; the catalogue does this while it writes.
    public static func otherForms(in text: String) -> [String] {
        var seen: Set<String> = []
        return text.prefix(utf8: mostBytes).split(separator: "\n").flatMap { line -> [String] in
            guard line.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return [] }
            let pieces = LinePieces(line)
            let known = WrittenDates.facts(in: pieces) + WrittenAmounts.facts(in: pieces)
            let references = WrittenReferences.facts(in: pieces).map {
                (written: $0.text, form: WrittenReferences.ungrouped($0.normal))
            }
            return known.filter { $0.normal != $0.text }.map(\.normal)
                + references.filter { $0.form.utf8.count < $0.written.utf8.count }.map(\.form)
        }.filter { seen.insert($0).inserted }
    }

    /// Of a longer text only the beginning is looked at: nobody reads as much in a picture.
    static let mostBytes = 256 << 10

    private static func addresses(in text: String) -> [WrittenFact] {
        let mails = text.matches(of: #/[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)*\.[A-Za-z]{2,}/#).map { match in
            WrittenFact(kind: .mailAddress, text: String(match.output), normal: match.output.lowercased())
        }
        let pages = text.matches(of: #/(?:https?://(?:www\.)?|www\.)([\w.\-]+\.[A-Za-z]{2,}[^\s<>"'）】、。]*)/#).map {
            match in
            var address = match.output.1
            while let last = address.last, ".,;:)!?/".contains(last) { address.removeLast() }
            let host = address.prefix { $0 != "/" && $0 != ":" }
            return WrittenFact(
                kind: .webAddress, text: String(match.output.0),
                normal: host.lowercased() + address.dropFirst(host.count))
        }
        return mails + pages
    }
}

extension String {
    /// At most so many bytes, ending with a whole character.
    fileprivate func prefix(utf8 count: Int) -> Substring {
        self[..<(utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex)]
    }
}
