/// Why a query cannot be read.
public struct QueryError: Error, Hashable {
    /// Where, in characters from 1.
    public let column: Int
    /// Why, as a clause: "the quotation mark is never closed".
    public let reason: String
    /// What to write instead, as a sentence.
    public let suggestion: String?

    init(column: Int, _ reason: String, suggestion: String? = nil) {
        self.column = column
        self.reason = reason
        self.suggestion = suggestion
    }
}
