import WrittenWords

/// Days, money, addresses and references among a query's words: pictures may write them otherwise.
enum TypedFact {
    /// “24 de febrero de 2021”.
    static let mostWords = 5

    /// How else the fact that these words begin with is written, and how many words it has; `nil` where they begin with none.
    static func opening(_ words: [String]) -> (forms: [QueryExpression], count: Int)? {
        for count in 0...min(mostWords, words.count) where count > 0 {
            let forms = forms(of: words.prefix(count))
            guard !forms.isEmpty else { continue }
            // A fact that begins later is recognised there.
            return self.forms(of: words.prefix(count).dropFirst()).isEmpty ? (forms, count) : nil
        }
        return nil
    }

    /// The forms, as the index holds them, of the facts in these words.
    static func forms(of words: ArraySlice<String>) -> [QueryExpression] {
        WrittenFacts.otherForms(in: words.joined(separator: " ")).map {
            .text(QueryText(text: $0, field: nil, isQuoted: true))
        }
    }

    /// A word without what browsers put before an address and pictures leave out.
    static func withoutScheme(_ word: String) -> String {
        var rest = word[...]
        for prefix in ["https://", "http://", "www."] where rest.lowercased().hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        return rest.isEmpty ? word : String(rest)
    }
}
