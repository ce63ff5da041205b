import HTTPTransport
import MediaTypes

/// The engine's answer, piece by piece as it is made; in one piece where the engine does not stream.
public struct ChatAnswer: AsyncSequence, Sendable {
    private let stream: HTTPStream
    private let socket: MediaPath

    init(_ stream: HTTPStream, socket: MediaPath) {
        self.stream = stream
        self.socket = socket
    }

    /// The pieces. To be read once.
    public func makeAsyncIterator() -> Iterator { Iterator(stream, socket: socket) }

    /// Hands out the pieces.
    public struct Iterator: AsyncIteratorProtocol {
        private let stream: HTTPStream
        private var reader: EventReader
        private var isEnded = false
        private let socket: MediaPath

        init(_ stream: HTTPStream, socket: MediaPath) {
            self.stream = stream
            self.socket = socket
            reader = EventReader(stream, socket: socket)
        }

        /// The next piece, never empty; `nil`: that was the answer.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(DaemonClientError) -> String? {
            if isEnded { return nil }
            guard stream.head["Content-Type"]?.hasPrefix("text/event-stream") ?? false else {
                isEnded = true
                return try await Self.whole(stream, socket: socket)
            }
            while let event = try await reader.next(isolation: actor), event.data != "[DONE]" {
                let piece = try Self.piece(of: event.data)
                if !piece.isEmpty { return piece }
            }
            isEnded = true
            return nil
        }

        private static func whole(_ stream: HTTPStream, socket: MediaPath) async throws(DaemonClientError) -> String? {
            let body: [UInt8]
            do {
                body = try await stream.collect()
            } catch {
                throw .transport(error, socket)
            }
            guard let reply = try? WireCoding.decode(ChatReply.self, from: body) else {
                throw .brokenReply("chat/completions", because: "it is no chat completion.")
            }
            return reply.choices.first?.message.content.flatMap { $0.isEmpty ? nil : $0 }
        }

        private static func piece(of data: String) throws(DaemonClientError) -> String {
            let json = Array(data.utf8)
            if let chunk = try? WireCoding.decode(ChatChunk.self, from: json) {
                return chunk.choices.first?.delta.content ?? ""
            }
            // An engine that fails in the middle of its answer sends its error as an event.
            if let failure = try? WireCoding.decode(ErrorReply.self, from: json) {
                throw DaemonClientError(kind: .refused(status: 502), problem: failure.error)
            }
            throw .brokenReply("chat/completions", because: "one of its events is no piece of an answer.")
        }
    }
}

extension DaemonClient {
    /// Puts a question to the engine.
    public func chat(_ request: ChatRequest) async throws(DaemonClientError) -> ChatAnswer {
        ChatAnswer(try await open(.post, RequestTarget("chat/completions"), body: request), socket: socket)
    }
}
