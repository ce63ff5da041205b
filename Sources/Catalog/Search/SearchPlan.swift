import GRDB

/// A query split into what the word index can answer at once and what each match is asked then.
struct SearchPlan {
    /// What drives the search and ranks its result; `nil`: the query has no words that must be there.
    let match: String?
    /// What every match must satisfy beside.
    let rest: [SQL]
    /// Every word and phrase that must or may be there.
    let texts: [QueryText]
    /// Whether one of them can be found as a part of a longer word.
    let hasParts: Bool

    private let expression: QueryExpression?

    init(_ expression: QueryExpression?) {
        self.expression = expression
        var wanted: [String] = []
        var unwanted: [String] = []
        var rest: [QueryExpression] = []
        for part in expression?.conjuncts ?? [] {
            if let match = FullTextExpression.match(part) {
                wanted.append(match)
            } else if case .not(let inner) = part, let match = FullTextExpression.match(inner) {
                unwanted.append(match)
            } else {
                rest.append(part)
            }
        }
        match = FullTextExpression.conjunction(of: wanted, without: unwanted)
        self.rest = rest.map { ConditionSQL.sql(for: $0, .words) }
        texts = expression.map(FullTextExpression.texts) ?? []
        hasParts = texts.contains { FullTextExpression.partMatch($0) != nil }
    }

    /// The whole query as a condition on `file f LEFT JOIN asset a`.
    func condition(_ index: ConditionSQL.TextIndex) -> SQL {
        expression.map { ConditionSQL.sql(for: $0, index) } ?? "TRUE"
    }
}
