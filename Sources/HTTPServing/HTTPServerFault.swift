/// A request that the server answers itself, before or instead of a route.
///
/// Routes may throw these too; what they throw reaches the function that turns errors into answers.
public enum HTTPServerFault: Error, Equatable, Sendable {
    /// The bytes are no HTTP/1.1, or the target cannot be read.
    case malformed
    /// Line and headers are longer than the limit.
    case headTooLarge
    /// The body is longer than this many bytes.
    case bodyTooLarge(limit: Int)
    /// The bodies of all requests in hand are larger than the limit on them.
    case tooMuchAtOnce
    /// The request did not arrive in time.
    case timedOut
    /// Too many connections are open.
    case busy
    /// No route has this path.
    case notFound(path: String)
    /// The path exists, for other methods.
    case methodNotAllowed(allowed: [String])

    /// The status code of the answer.
    public var status: Int {
        switch self {
        case .malformed: 400
        case .headTooLarge: 431
        case .bodyTooLarge: 413
        case .timedOut: 408
        case .busy, .tooMuchAtOnce: 503
        case .notFound: 404
        case .methodNotAllowed: 405
        }
    }

    /// For programs.
    public var code: String {
        switch self {
        case .malformed: "malformed-request"
        case .headTooLarge: "head-too-large"
        case .bodyTooLarge: "body-too-large"
        case .timedOut: "request-timed-out"
        case .tooMuchAtOnce: "too-much-at-once"
        case .busy: "too-many-connections"
        case .notFound: "not-found"
        case .methodNotAllowed: "method-not-allowed"
        }
    }

    /// What happened, as a sentence for a person.
    public var message: String {
        switch self {
        case .malformed: "The request is not valid HTTP/1.1."
        case .headTooLarge: "The request's line and headers are too long."
        case .bodyTooLarge(let limit): "The request's body is larger than the \(limit) bytes that this route takes."
        case .timedOut: "The request did not arrive completely in time."
        case .tooMuchAtOnce: "Other requests that are as large are being answered."
        case .busy: "Too many connections are open."
        case .notFound(let path): "There is no route \(path)."
        case .methodNotAllowed(let allowed): "This route answers \(allowed.joined(separator: ", ")) only."
        }
    }

    /// What to do about it, as an order.
    public var remedy: String {
        switch self {
        case .malformed: "Check the request; paths and queries must be percent-encoded."
        case .headTooLarge: "Send a shorter query."
        case .bodyTooLarge: "Send less at a time."
        case .timedOut: "Send the whole request without pauses."
        case .tooMuchAtOnce: "Try again in a moment."
        case .busy: "Close idle clients, or try again in a moment."
        case .notFound: "See the README for the list of routes."
        case .methodNotAllowed(let allowed): "Use \(allowed.joined(separator: " or "))."
        }
    }
}
