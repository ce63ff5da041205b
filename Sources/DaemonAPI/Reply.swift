/// What every reply of the daemon carries besides its own members.
public protocol Reply: Codable, Sendable, Hashable {
    /// The number of files not yet described: how incomplete an answer may be.
    var pending: Int { get }
}

/// Something that is not as it should be, and what a person does about it. Also the body of an error.
public struct Problem: Codable, Hashable, Sendable {
    /// For programs: `watch-limit`, `disk-full`, `engine-unavailable`, …
    public var code: String
    /// What is wrong, naming the thing.
    public var message: String
    /// What to do, as an order.
    @Nullable public var remedy: String?

    /// A problem of these parts.
    public init(code: String, message: String, remedy: String?) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension Problem {
    /// The code of a query that cannot be read: the command line counts it as wrong use.
    public static let badQuery = "bad-query"
}

/// The body of every reply that is not a success: `{"error": {"code", "message", "remedy"}}`.
public struct ErrorReply: Codable, Hashable, Sendable {
    /// What went wrong.
    public var error: Problem
    /// Files not yet described; absent where the daemon could not even tell that.
    public var pending: Int?

    /// The body for this error.
    public init(_ error: Problem, pending: Int? = nil) {
        self.error = error
        self.pending = pending
    }
}

/// The reply to an order that has nothing else to say: how many things it touched.
public struct DoneReply: Reply {
    /// How many files, jobs or descriptions the order touched.
    public var count: Int
    /// Files that were asked for and that the library does not hold.
    public var unknown: [WirePath]
    /// Files not yet described.
    public var pending: Int

    /// The reply of these counts.
    public init(count: Int, unknown: [WirePath] = [], pending: Int) {
        self.count = count
        self.unknown = unknown
        self.pending = pending
    }
}
