/// Why a tokenizer cannot be used. `message` and `remedy` reach the user word for word.
public struct TokenizationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// For callers that branch.
    public enum Code: Sendable {
        /// The file is cut off or not what such files hold.
        case malformed
        /// It is of a kind that this reader does not know.
        case unsupported
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the file.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    /// Message and remedy.
    public var description: String { "\(message) \(remedy)" }
}

extension TokenizationError {
    static func malformed(_ name: String, _ what: String) -> TokenizationError {
        TokenizationError(
            code: .malformed, message: "The tokenizer \(name) is broken: \(what).",
            remedy: "Fetch the model again: tintype model verify, then tintype model pull.")
    }

    static func unsupported(_ name: String, _ what: String) -> TokenizationError {
        TokenizationError(
            code: .unsupported, message: "The tokenizer \(name) is of another kind: \(what).",
            remedy: "Use a model of the MiniCPM-V 4.6 family.")
    }
}
