import NIOCore
import NIOHTTP1

/// A request as it is handed from the channel to the conversation.
struct AssembledRequest: Sendable {
    var request: HTTPServerRequest
    /// Whether the client wants to send another one on this connection.
    var keepsAlive: Bool
    /// The room that its body takes.
    let share: BodyBudget.Share
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
        let share: BodyBudget.Share
        var body: ByteBuffer?
    }

    private let bodyLimit: @Sendable (_ method: String, _ path: [String]) -> Int
    private let budget: BodyBudget
    private var started: Started?

    init(budget: BodyBudget, bodyLimit: @escaping @Sendable (_ method: String, _ path: [String]) -> Int) {
        self.budget = budget
        self.bodyLimit = bodyLimit
    }

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
        let share = budget.share()
        if let announced = head.headers.first(name: "content-length").flatMap(Int.init) {
            guard announced <= limit else { return .fault(.bodyTooLarge(limit: limit)) }
            // Before any of it is read.
            guard share.grow(to: announced) else { return .fault(.tooMuchAtOnce) }
        }
        started = Started(head: head, target: target, bodyLimit: limit, share: share)
        return head.headers.first(name: "expect")?.lowercased() == "100-continue" ? .sendContinue : .more
    }

    private mutating func append(_ piece: ByteBuffer) -> Outcome {
        guard let limit = started?.bodyLimit else { return .more }
        let count = (started?.body?.readableBytes ?? 0) + piece.readableBytes
        guard count <= limit else {
            started = nil
            return .fault(.bodyTooLarge(limit: limit))
        }
        guard started?.share.grow(to: count) == true else {
            started = nil
            return .fault(.tooMuchAtOnce)
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
                keepsAlive: Self.keepsAlive(finished.head), share: finished.share))
    }

    /// After a request that offers an upgrade, which we never take up, the decoder reads no further: curl's `--http2`
    /// sends such.
    private static func keepsAlive(_ head: HTTPRequestHead) -> Bool {
        head.isKeepAlive && head.version == .http1_1 && head.method != .CONNECT
            && !head.headers.contains(name: "upgrade")
    }
}
