/// A query cut into pieces, each with the column it begins at.
struct QueryToken: Equatable {
    enum Kind: Equatable {
        case open, close, minus, or
        case word(String)
        case phrase(String)
        /// `name:value`; the value begins at its own column.
        case field(String, value: String, isQuoted: Bool, valueColumn: Int)
    }

    var kind: Kind
    var column: Int
}

/// Cuts a query into tokens. Control characters count as spaces.
struct QueryLexer {
    /// A query longer than this is no query.
    static let longest = 4_096

    private let characters: [Character]
    private var place = 0

    init(_ query: String) throws(QueryError) {
        characters = Array(query)
        guard characters.count <= Self.longest else {
            throw QueryError(column: Self.longest + 1, "it is longer than \(Self.longest) characters")
        }
    }

    /// All tokens.
    mutating func tokens() throws(QueryError) -> [QueryToken] {
        var tokens: [QueryToken] = []
        while let token = try next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() throws(QueryError) -> QueryToken? {
        while let character = current, Self.isSpace(character) { place += 1 }
        guard let character = current else { return nil }
        let column = place + 1
        switch character {
        case "(": return single(.open)
        case ")": return single(.close)
        case "|": return single(.or)
        case _ where Self.isQuote(character): return QueryToken(kind: .phrase(try phrase()), column: column)
        // Within a word, and before a space, it is a hyphen or a dash.
        case "-" where peek.map({ !Self.isSpace($0) && $0 != ")" }) == true: return single(.minus)
        default: return QueryToken(kind: try word(), column: column)
        }
    }

    private var current: Character? { place < characters.count ? characters[place] : nil }
    private var peek: Character? { place + 1 < characters.count ? characters[place + 1] : nil }

    private mutating func single(_ kind: QueryToken.Kind) -> QueryToken {
        place += 1
        return QueryToken(kind: kind, column: place)
    }

    private mutating func word() throws(QueryError) -> QueryToken.Kind {
        var text = ""
        while let character = current, !Self.endsWord(character) {
            place += 1
            // “https://…” is an address that somebody pasted.
            if character == ":", Self.isFieldName(text), !(current == "/" && peek == "/") {
                let valueColumn = place + 1
                if let next = current, Self.isQuote(next) {
                    return .field(text.lowercased(), value: try phrase(), isQuoted: true, valueColumn: valueColumn)
                }
                return .field(text.lowercased(), value: rest(), isQuoted: false, valueColumn: valueColumn)
            }
            text.append(character)
        }
        return text.lowercased() == "or" ? .or : .word(text)
    }

    private mutating func rest() -> String {
        var text = ""
        while let character = current, !Self.endsWord(character) {
            text.append(character)
            place += 1
        }
        return text
    }

    private mutating func phrase() throws(QueryError) -> String {
        let column = place + 1
        place += 1
        var text = ""
        while let character = current {
            place += 1
            if Self.isQuote(character) { return text }
            text.append(Self.isSpace(character) ? " " : character)
        }
        throw QueryError(
            column: column, "the quotation mark is never closed", suggestion: "Put another one at the end.")
    }

    private static func isFieldName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isLetter }
    }

    private static func endsWord(_ character: Character) -> Bool {
        isSpace(character) || isQuote(character) || character == "(" || character == ")"
    }

    private static func isQuote(_ character: Character) -> Bool { "\"“”„".contains(character) }

    private static func isSpace(_ character: Character) -> Bool {
        character.isWhitespace || character.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F }
    }
}
