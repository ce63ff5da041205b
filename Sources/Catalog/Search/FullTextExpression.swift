/// A query's words as expressions for FTS5. What a person typed only ever stands inside FTS5's quoted strings.
enum FullTextExpression {
    /// The expression, where the whole of it is about text and it says what must be there.
    static func match(_ expression: QueryExpression) -> String? {
        switch expression {
        case .text(let text): return match(text)
        case .condition, .not: return nil
        case .any(let parts):
            let alternatives = parts.compactMap(match)
            return alternatives.count == parts.count ? joined(alternatives, by: " OR ") : nil
        case .all(let parts):
            var wanted: [String] = []
            var unwanted: [String] = []
            for part in parts {
                if let match = match(part) {
                    wanted.append(match)
                } else if case .not(let inner) = part, let match = match(inner) {
                    unwanted.append(match)
                } else {
                    return nil
                }
            }
            return conjunction(of: wanted, without: unwanted)
        }
    }

    /// What all of these say and none of those; `nil` where nothing must be there.
    static func conjunction(of wanted: [String], without unwanted: [String]) -> String? {
        guard !wanted.isEmpty else { return nil }
        let all = joined(wanted, by: " AND ")
        return unwanted.isEmpty ? all : "(\(all) NOT \(joined(unwanted, by: " OR ")))"
    }

    /// A word or phrase in the word index; `nil` where it holds no word.
    static func match(_ text: QueryText) -> String? {
        guard SearchText.hasWord(text.text) else { return nil }
        let typed = quoted(SearchText.prepared(text.text))
        let plain = SearchText.plainForm(of: text.text).map { quoted(SearchText.prepared($0)) }
        guard let field = text.field else { return joined([typed, plain].compactMap { $0 }, by: " OR ") }
        // Plain forms of all columns' words lie in one column, so an accent left out costs some precision, no recall.
        return "({\(column(field))} : \(typed) OR {folded} : \(plain ?? typed))"
    }

    /// A part of words, of at least three characters, in the trigram index; `nil` where it cannot be found there.
    static func partMatch(_ text: QueryText) -> String? {
        let scalars = text.text.unicodeScalars
        // CJK characters stand apart in the index, and are found one by one by the other.
        guard scalars.count >= 3, !scalars.contains(where: SearchText.isCJK) else { return nil }
        let typed = quoted(SearchText.prepared(text.text))
        let plain = SearchText.plainForm(of: text.text).flatMap { $0.unicodeScalars.count >= 3 ? quoted($0) : nil }
        guard let field = text.field else { return joined([typed, plain].compactMap { $0 }, by: " OR ") }
        return "({\(column(field))} : \(typed) OR {folded} : \(plain ?? typed))"
    }

    /// Every word and phrase of the expression that must or may be there.
    static func texts(in expression: QueryExpression) -> [QueryText] {
        switch expression {
        case .text(let text): [text]
        case .condition, .not: []
        case .all(let parts), .any(let parts): parts.flatMap(texts)
        }
    }

    /// Expressions with an operator between them, in parentheses.
    static func joined(_ parts: [String], by separator: String) -> String {
        parts.count == 1 ? parts[0] : "(" + parts.joined(separator: separator) + ")"
    }

    private static func column(_ field: QueryText.Field) -> String {
        switch field {
        case .ocr: "ocr"
        case .caption: "caption"
        case .tag: "tags"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\"\"").replacing("\0", with: " ") + "\""
    }
}
