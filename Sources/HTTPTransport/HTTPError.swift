/// Why a request got no answer. `message` and `remedy` reach the user word for word and never hold a secret.
public struct HTTPError: Error, Hashable, Sendable {
    /// For callers that branch.
    public enum Code: String, Hashable, Sendable {
        /// Nobody listens there, or the name leads nowhere.
        case cannotConnect
        /// The other side went away before its answer was whole.
        case connectionLost
        /// No byte went either way for too long.
        case timedOut
        /// The answer is larger than the request allows.
        case tooLarge
        /// The address, the path or a header is not one.
        case badURL
        /// What came back is not HTTP.
        case protocolError
        /// No secure connection could be made.
        case tls
        /// The task was cancelled.
        case cancelled
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the address.
    public let message: String
    /// What to do, as an order.
    public let remedy: String?

    /// A failure of these parts.
    public init(code: Code, message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
