import NIOCore
import NIOHTTP1

/// A request as it is handed from the channel to the conversation.
struct AssembledRequest: Sendable {
    var request: HTTPServerRequest
    /// Whether the client wants to send another one on this connection.
    var keepsAlive: Bool
}

/// Puts the decoder's parts together to whole requests, within limits. Pure: whoever holds it obeys its answers.
struct RequestAssembler {
    enum Outcome {
        /// Nothing to do until the next part.
        case more
        /// The client waits for a word before it sends the body.
        case sendContinue
        case request(AssembledRequest)
        case fault(HTTPServerFault)
    }

    private struct Started {
        var head: HTTPRequestHead
        var target: RequestTarget
        var bodyLimit: Int
        var body: ByteBuffer?
    }

    private let bodyLimit: @Sendable (_ method: String, _ path: [String]) -> Int
    private var started: Started?

    init(bodyLimit: @escaping @Sendable (_ method: String, _ path: [String]) -> Int) { self.bodyLimit = bodyLimit }

    /// Whether a request's head has come and its end has not.
    var isInsideRequest: Bool { started != nil }

    mutating func receive(_ part: HTTPServerRequestPart) -> Outcome {
        switch part {
        case .head(let head): begin(head)
        case .body(let piece): append(piece)
        case .end: end()
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Outcome {
        guard let target = RequestTarget(head.uri) else { return .fault(.malformed) }
        let limit = bodyLimit(head.method.rawValue, target.path)
        if let announced = head.headers.first(name: "content-length").flatMap(Int.init), announced > limit {
            return .fault(.bodyTooLarge(limit: limit))
        }
        started = Started(head: head, target: target, bodyLimit: limit)
        return head.headers.first(name: "expect")?.lowercased() == "100-continue" ? .sendContinue : .more
    }

    private mutating func append(_ piece: ByteBuffer) -> Outcome {
        guard let limit = started?.bodyLimit else { return .more }
        guard (started?.body?.readableBytes ?? 0) + piece.readableBytes <= limit else {
            started = nil
            return .fault(.bodyTooLarge(limit: limit))
        }
        // `setOrWriteBuffer` keeps the first piece without a copy; most bodies come in one.
        var piece = piece
        started?.body.setOrWriteBuffer(&piece)
        return .more
    }

    private mutating func end() -> Outcome {
        guard let finished = started else { return .more }
        started = nil
        return .request(
            AssembledRequest(
                request: HTTPServerRequest(
                    method: finished.head.method.rawValue,
                    path: finished.target.path,
                    query: HTTPQuery(finished.target.query),
                    headers: HTTPHeaderFields(finished.head.headers.map { (name: $0.name, value: $0.value) }),
                    body: finished.body.map { Array($0.readableBytesView) } ?? []),
                keepsAlive: Self.keepsAlive(finished.head)))
    }

    /// After a request that offers an upgrade, which we never take up, the decoder reads no further: curl's `--http2`
    /// sends such.
    private static func keepsAlive(_ head: HTTPRequestHead) -> Bool {
        head.isKeepAlive && head.version == .http1_1 && head.method != .CONNECT
            && !head.headers.contains(name: "upgrade")
    }
}
