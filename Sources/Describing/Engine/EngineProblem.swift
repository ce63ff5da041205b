public import MediaTypes

/// Why the engine did not do what it was asked. `message` and `remedy` reach the user word for word and hold no key.
public struct EngineProblem: Error, Hashable, Sendable {
    /// For callers that branch; with `engine-` before it, the code of a `JobFailure`.
    public enum Code: String, Hashable, Sendable {
        /// Nobody answers there, or the server is at fault (5xx), or went away.
        case unavailable = "engine-unavailable"
        /// It has too much to do (429, 503).
        case busy = "engine-busy"
        /// It was silent for too long.
        case timeout = "engine-timeout"
        /// It wants a key, or another one (401, 403).
        case refused = "engine-refused"
        /// It has no such model (404).
        case noModel = "engine-no-model"
        /// It does not take this picture or request (400, 413, …).
        case badRequest = "engine-bad-request"
        /// It answered, and the answer says nothing of the picture.
        case badAnswer = "engine-bad-answer"
        /// The task was cancelled.
        case cancelled = "engine-cancelled"
    }

    /// The kind of problem.
    public let code: Code
    /// What happened, naming the engine's address.
    public let message: String
    /// What to do, as an order.
    public let remedy: String?
    /// How long it asks to be left alone.
    public let retryAfter: Duration?
    /// The HTTP status, where there was one.
    let status: Int?

    init(code: Code, message: String, remedy: String? = nil, retryAfter: Duration? = nil, status: Int? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.retryAfter = retryAfter
        self.status = status
    }

    /// The same as a job's failure. A picture is to blame only for what the engine says of it; all else is the engine's.
    public var jobFailure: JobFailure {
        let cause: JobFailure.Cause =
            switch code {
            case .badRequest: .file
            case .badAnswer: .chance
            default: .service
            }
        let sentences = [message, remedy].compactMap { $0 }.joined(separator: " ")
        return JobFailure(code: code.rawValue, message: sentences, cause: cause)
    }
}

extension EngineProblem: CustomStringConvertible {
    /// Message and remedy, as a person reads them.
    public var description: String { [message, remedy].compactMap(\.self).joined(separator: " ") }
}
