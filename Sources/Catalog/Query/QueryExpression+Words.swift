import Foundation

// The words of a query that may be missing, unlike its phrases, its fields and what is in parentheses.

extension QueryExpression {
    /// Of more words than this, only the first count: every majority of them is one expression.
    private static let mostWords = 7
    /// Where a script has no blanks, a word of this many characters or more is found by a majority of its pairs.
    private static let longRun = 4

    /// The query with a majority of its words in place of all of them; `nil` where that is no wider.
    ///
    /// A majority of two words is both, so that a query of two finds what it found before.
    var relaxed: QueryExpression? {
        let units = words.flatMap(Self.units).prefix(Self.mostWords).map(QueryExpression.text)
        let least = units.count / 2 + 1
        guard least < units.count else { return nil }
        let majorities = Self.choices(of: least, from: units[...]).map(QueryExpression.all)
        return .all(conjuncts.filter { !$0.isFreeWord } + [.any(majorities)])
    }

    /// The words at the top of the query that must be there, neither quoted nor asked of one field.
    var words: [QueryText] { conjuncts.compactMap(\.word) }

    /// Whether it is one of those words.
    var isFreeWord: Bool { word != nil }

    private var word: QueryText? {
        guard case .text(let text) = self, text.field == nil, !text.isQuoted, SearchText.hasWord(text.text)
        else { return nil }
        return text
    }

    private static func units(of word: QueryText) -> [QueryText] {
        let scalars = Array(word.text.unicodeScalars)
        guard scalars.count >= longRun, scalars.allSatisfy(SearchText.isCJK) else { return [word] }
        return zip(scalars, scalars.dropFirst()).map { first, second in
            QueryText(text: String(String.UnicodeScalarView([first, second])), field: nil)
        }
    }

    /// Every way to choose so many.
    private static func choices(of count: Int, from parts: ArraySlice<QueryExpression>) -> [[QueryExpression]] {
        guard count > 0 else { return [[]] }
        guard parts.count >= count, let first = parts.first else { return [] }
        let rest = parts.dropFirst()
        return choices(of: count - 1, from: rest).map { [first] + $0 } + choices(of: count, from: rest)
    }
}
