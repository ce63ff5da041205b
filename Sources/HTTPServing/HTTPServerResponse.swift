/// What a route answers.
public struct HTTPServerResponse: Sendable {
    /// Sends a body bit by bit. Its task is cancelled when the client leaves.
    public typealias BodyProducer = @Sendable (HTTPBodyWriter) async throws -> Void

    /// The bytes after the headers.
    public enum Body: Sendable {
        /// All of them at once.
        case bytes([UInt8])
        /// As they come: the answer of an engine, for example. A server that stops lets it end in its grace time.
        case stream(BodyProducer)
        /// As they come, for as long as the client listens: events. A server that stops cuts it at once.
        case endlessStream(BodyProducer)
    }

    /// The status code, 200…599.
    public var status: Int
    /// Header fields; the server adds the length and the connection's fate.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: Body

    /// An answer of these parts.
    public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer of these bytes of JSON.
    public static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPServerResponse {
        HTTPServerResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
    }

    /// Server-sent events, for as long as the client listens.
    public static func events(_ producer: @escaping BodyProducer) -> HTTPServerResponse {
        HTTPServerResponse(
            headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
            body: .endlessStream(producer))
    }
}

/// Where a streamed body goes. A write returns when the kernel has taken the bytes, so a slow client slows its
/// producer down; it throws when the client has left.
public struct HTTPBodyWriter: Sendable {
    let send: @Sendable ([UInt8]) async throws -> Void

    /// Sends these bytes; none at all is no-op, since an empty chunk would end the body.
    public func write(_ bytes: [UInt8]) async throws {
        if !bytes.isEmpty { try await send(bytes) }
    }

    /// Sends this text.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Sends one server-sent event; each line of `data` gets a field of its own, as the format wants it.
    public func event(_ name: String? = nil, data: String) async throws {
        let lines = data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let fields = (name.map { ["event: \($0)"] } ?? []) + lines.map { "data: \($0)" }
        try await write(fields.joined(separator: "\n") + "\n\n")
    }
}
