import GRDB
import MediaTypes

/// Where in files' texts a query's words stand.
struct Highlights {
    /// One file's texts with the matches marked.
    struct Marked {
        /// In the order in which a snippet is best taken from them.
        var fields: [(field: FoundFile.Field, text: String)]
    }

    let db: Database
    let plan: SearchPlan

    private static let open: Unicode.Scalar = "\u{2}"
    private static let close: Unicode.Scalar = "\u{3}"

    /// The marked texts of these files, as words or else as parts of words.
    func of(_ ids: [Int64]) throws -> [Int64: Marked] {
        let words = plan.texts.compactMap(FullTextExpression.match)
        let parts = plan.texts.compactMap(FullTextExpression.partMatch)
        var marked: [Int64: Marked] = [:]
        if !words.isEmpty {
            marked = try self.marked(ids, in: "search", plan.match ?? FullTextExpression.joined(words, by: " OR "))
            let rest = ids.filter { marked[$0] == nil }
            if !rest.isEmpty, plan.match != nil, words.count > 1 {
                let any = try self.marked(rest, in: "search", FullTextExpression.joined(words, by: " OR "))
                marked.merge(any) { first, _ in first }
            }
        }
        let rest = ids.filter { marked[$0] == nil }
        if !rest.isEmpty, !parts.isEmpty {
            let any = try self.marked(rest, in: "search_part", FullTextExpression.joined(parts, by: " OR "))
            marked.merge(any) { first, _ in first }
        }
        return marked
    }

    private func marked(_ ids: [Int64], in table: String, _ match: String) throws -> [Int64: Marked] {
        guard let first = ids.min(), let last = ids.max() else { return [:] }
        let columns = ["name", "tags", "caption", "ocr", "facts"].indices
            .map { "highlight(\(table), \($0), char(2), char(3))" }.joined(separator: ", ")
        // The plus keeps SQLite from starting the expression anew for each number.
        let request: SQLRequest<Row> = """
            SELECT rowid, \(sql: columns) FROM \(sql: table)
            WHERE \(sql: table) MATCH \(match) AND rowid BETWEEN \(first) AND \(last) AND +rowid IN \(ids)
            """
        var marked: [Int64: Marked] = [:]
        for row in try Row.fetchAll(db, request) {
            let texts: [(FoundFile.Field, String)] = [
                (.caption, row[3]), (.ocr, row[4]), (.tags, (row[2] as String).replacing("\n", with: ", ")),
                (.name, row[1]), (.facts, row[5]),
            ]
            marked[row[0]] = Marked(fields: texts.filter { $0.1.unicodeScalars.contains(Self.open) })
        }
        return marked
    }
}

extension Highlights.Marked {
    /// Takes over which fields matched, the best field's snippet, and the moment of a video.
    func apply(to file: inout FoundFile, _ moments: [Description]) {
        let snippets = fields.map { (field: $0.field, snippet: Snippet(markedUp: $0.text)) }
        // Stable: of equally good fields the earlier.
        guard
            let best = snippets.indices.max(by: { snippets[$0].snippet.marks.count < snippets[$1].snippet.marks.count })
        else { return }
        file.snippet = snippets[best].snippet
        file.matched = [snippets[best].field] + snippets.indices.filter { $0 != best }.map { snippets[$0].field }
        let words = Set(snippets.flatMap { $0.snippet.markedWords })
        let scores = moments.map { moment in
            let text = moment.text.lowercased()
            return words.count { text.contains($0) }
        }
        if let most = scores.max(), most > 0, let place = scores.firstIndex(of: most) {
            file.seconds = moments[place].span?.lowerBound
        }
    }
}

extension Snippet {
    /// How much text is shown before the first match, and in all.
    private static let lead = 40
    private static let length = 160

    /// The piece around the first match of a text in which U+0002 and U+0003 stand around each.
    init(markedUp text: String) {
        var plain: [Unicode.Scalar] = []
        var marks: [Range<Int>] = []
        var start: Int?
        for scalar in SearchText.shown(text).unicodeScalars {
            switch scalar {
            case "\u{2}": start = plain.count
            case "\u{3}":
                if let begun = start, begun < plain.count { marks.append(begun..<plain.count) }
                start = nil
            default: plain.append(scalar == "\n" ? " " : scalar)
            }
        }
        let window = Self.window(around: marks.first ?? 0..<0, in: plain)
        let before: [Unicode.Scalar] = window.lowerBound > 0 ? ["…"] : []
        let after: [Unicode.Scalar] = window.upperBound < plain.count ? ["…"] : []
        let shift = before.count - window.lowerBound
        self.text = String(String.UnicodeScalarView(before + plain[window] + after))
        self.marks = marks.filter { window.contains($0.lowerBound) }
            .map { $0.lowerBound + shift..<min($0.upperBound, window.upperBound) + shift }
    }

    /// The words that are marked, in lower case.
    var markedWords: [String] {
        let scalars = Array(text.unicodeScalars)
        return marks.map { String(String.UnicodeScalarView(scalars[$0])).lowercased() }
    }

    /// Begins at a word, where one begins soon enough.
    private static func window(around mark: Range<Int>, in text: [Unicode.Scalar]) -> Range<Int> {
        guard text.count > length else { return 0..<text.count }
        var start = max(0, min(mark.lowerBound - lead, text.count - length))
        if start > 0, let space = text[start..<mark.lowerBound].firstIndex(of: " ") { start = space + 1 }
        var end = min(text.count, max(start + length, mark.upperBound))
        if end < text.count, let space = text[max(mark.upperBound, start)..<end].lastIndex(of: " ") { end = space }
        return start..<end
    }
}
