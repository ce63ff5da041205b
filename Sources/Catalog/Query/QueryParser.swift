/// Reads the query language: words, "phrases", -not, or, parentheses, fields.
///
///     either := every ("or" every)*
///     every  := part+
///     part   := "-" part | "(" either ")" | "phrase" | word | field:value
struct QueryParser {
    /// Parentheses and minus signs deeper than this are no query; SQLite's own limits lie above.
    static let deepest = 40
    /// More words and fields than this are no query either.
    static let most = 60

    private var tokens: ArraySlice<QueryToken>
    private let today: CalendarDay
    private let end: Int

    /// What `query` means; `nil`: everything.
    static func parse(_ query: String, today: CalendarDay) throws(QueryError) -> QueryExpression? {
        var lexer = try QueryLexer(query)
        let tokens = try lexer.tokens()
        guard let first = tokens.first else { return nil }
        if tokens.count > 4 * most { throw QueryError(column: first.column, "it has too many words and signs") }
        var parser = QueryParser(tokens: tokens[...], today: today, end: query.count + 1)
        let expression = try parser.either(depth: 0)
        if let rest = parser.tokens.first {
            throw QueryError(
                column: rest.column, "this parenthesis closes nothing",
                suggestion: "Take it out, or open one before it.")
        }
        return expression
    }

    private init(tokens: ArraySlice<QueryToken>, today: CalendarDay, end: Int) {
        self.tokens = tokens
        self.today = today
        self.end = end
    }

    private mutating func either(depth: Int) throws(QueryError) -> QueryExpression {
        var alternatives = [try every(depth: depth)]
        while let token = tokens.first, token.kind == .or {
            tokens.removeFirst()
            guard let next = tokens.first, next.kind != .close, next.kind != .or else {
                throw QueryError(
                    column: token.column, "nothing follows \"or\"",
                    suggestion: "Write another word after it, or put it in quotation marks.")
            }
            alternatives.append(try every(depth: depth))
        }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private mutating func every(depth: Int) throws(QueryError) -> QueryExpression {
        var parts: [QueryExpression] = []
        while let token = tokens.first, token.kind != .or, token.kind != .close {
            parts.append(try part(depth: depth))
            if parts.count > Self.most { throw QueryError(column: token.column, "it has more than \(Self.most) words") }
        }
        guard !parts.isEmpty else { throw nothing() }
        parts = QuietWords.removed(from: SpokenDate.recognised(in: parts))
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private func nothing() -> QueryError {
        guard let token = tokens.first else {
            return QueryError(column: end, "it ends where a word should follow")
        }
        if token.kind == .or {
            return QueryError(
                column: token.column, "nothing stands before \"or\"",
                suggestion: "Write a word before it, or put it in quotation marks.")
        }
        return QueryError(column: token.column, "there is nothing in the parentheses", suggestion: "Take them out.")
    }

    private mutating func part(depth: Int) throws(QueryError) -> QueryExpression {
        guard let token = tokens.popFirst() else { throw nothing() }
        guard depth < Self.deepest else {
            throw QueryError(column: token.column, "it is nested deeper than \(Self.deepest) levels")
        }
        switch token.kind {
        case .minus:
            guard let next = tokens.first, next.kind != .or, next.kind != .close else {
                throw QueryError(column: token.column, "nothing follows the minus sign")
            }
            return .not(try part(depth: depth + 1))
        case .open:
            let inner = try either(depth: depth + 1)
            guard tokens.popFirst() != nil else {
                throw QueryError(
                    column: token.column, "this parenthesis is never closed", suggestion: "Put \")\" at the end.")
            }
            return inner
        case .word(let text): return .text(QueryText(text: TypedFact.withoutScheme(text), field: nil))
        case .phrase(let text): return .text(QueryText(text: text, field: nil, isQuoted: true))
        case .field(let name, let value, let isQuoted, let valueColumn):
            let field = try QueryField.named(name, column: token.column)
            return try field.expression(value, isQuoted: isQuoted, column: valueColumn, today: today)
        case .or, .close: preconditionFailure("\(token.kind) cannot begin a part")
        }
    }
}
