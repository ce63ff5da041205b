import Logging
import NIOCore
import NIOHTTP1

/// The asynchronous end of a connection: answers its requests one after the other.
struct Conversation: Sendable {
    /// Bodies are sent in pieces of this many bytes, each of which has its own deadline.
    private static let pieceByteCount = 256 * 1024

    let channel: any Channel
    let messages: AsyncStream<ConnectionMessage>
    let router: Router
    let connections: ConnectionTable
    let id: ConnectionTable.ID
    let logger: Logger

    /// Returns when the connection is to be closed, by whichever side.
    func run() async {
        do {
            for await message in messages {
                guard try await answer(message) else { break }
                guard connections.mark(id, .idle) else { break }
            }
            connections.mark(id, .leaving)
            try await channel.triggerUserOutboundEvent(FinishConnection()).get()
        } catch {
            // The client has left, or a body ended before its time: without its last chunk the client sees that.
            channel.close(promise: nil)
        }
    }

    /// Whether the connection goes on.
    private func answer(_ message: ConnectionMessage) async throws -> Bool {
        let isServing = connections.mark(id, .answering)
        switch message {
        case .fault(let fault):
            logger.debug("request refused", metadata: ["code": "\(fault.code)"])
            try await send(router.errorResponse(fault), keepsAlive: false, isHead: false)
            return false
        case .request(let request):
            guard let (response, wantsMore, isHead) = await respond(to: request) else { return false }
            // A server that stops says so in the answer.
            let keepsAlive = wantsMore && isServing && !connections.isDraining
            try await send(response, keepsAlive: keepsAlive, isHead: isHead)
            return keepsAlive
        }
    }

    /// The answer; the request is gone then, with the room that it took.
    private func respond(
        to request: RequestInHand
    ) async -> (response: HTTPServerResponse, wantsMore: Bool, isHead: Bool)? {
        guard let assembled = request.take() else { return nil }
        let response = await router.respond(to: assembled.request)
        return (response, assembled.keepsAlive, assembled.request.method == "HEAD")
    }

    private func send(_ response: HTTPServerResponse, keepsAlive: Bool, isHead: Bool) async throws {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        if case .bytes(let bytes) = response.body {
            headers.replaceOrAdd(name: "Content-Length", value: String(bytes.count))
        }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        try await write(.head(head))
        if !isHead { try await send(response.body) }
        try await write(.end)
    }

    private func send(_ body: HTTPServerResponse.Body) async throws {
        switch body {
        case .bytes(let bytes): try await send(bytes)
        case .stream(let produce): try await stream(produce)
        case .endlessStream(let produce):
            guard connections.mark(id, .streamingEndlessly) else { return }
            try await stream(produce)
        }
    }

    private func stream(_ produce: HTTPServerResponse.BodyProducer) async throws {
        do {
            try await produce(HTTPBodyWriter(send: send))
        } catch {
            if !Task.isCancelled, channel.isActive {
                logger.warning("streamed answer ended early", metadata: ["error": "\(error)"])
            }
            throw error
        }
    }

    @Sendable
    private func send(_ bytes: [UInt8]) async throws {
        var sent = 0
        while sent < bytes.count {
            let piece = bytes[sent..<min(sent + Self.pieceByteCount, bytes.count)]
            try await write(.piece(channel.allocator.buffer(bytes: piece)))
            sent += piece.count
        }
    }

    private func write(_ part: ResponsePart) async throws {
        try Task.checkCancellation()
        try await channel.writeAndFlush(part).get()
    }
}
