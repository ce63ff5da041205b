import HTTPTransport
import MediaTypes

/// A piece of the engine's answer, never empty.
public enum ChatPiece: Hashable, Sendable {
    /// Of the thought that comes before the answer.
    case thought(String)
    /// Of the answer.
    case text(String)
}

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
        private var waiting: [ChatPiece] = []
        private let socket: MediaPath

        init(_ stream: HTTPStream, socket: MediaPath) {
            self.stream = stream
            self.socket = socket
            reader = EventReader(stream, socket: socket)
        }

        /// The next piece; `nil`: that was the answer.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(DaemonClientError) -> ChatPiece? {
            while waiting.isEmpty, !isEnded { waiting = try await more(isolation: actor) }
            return waiting.isEmpty ? nil : waiting.removeFirst()
        }

        private mutating func more(
            isolation actor: isolated (any Actor)?
        ) async throws(DaemonClientError) -> [ChatPiece] {
            guard stream.head["Content-Type"]?.hasPrefix("text/event-stream") ?? false else {
                isEnded = true
                return try await Self.whole(stream, socket: socket)
            }
            guard let event = try await reader.next(isolation: actor), event.data != "[DONE]" else {
                isEnded = true
                return []
            }
            return try Self.pieces(of: event.data)
        }

        private static func whole(_ stream: HTTPStream, socket: MediaPath) async throws(DaemonClientError)
            -> [ChatPiece]
        {
            let body: [UInt8]
            do {
                body = try await stream.collect()
            } catch {
                throw .transport(error, socket)
            }
            guard let reply = try? WireCoding.decode(ChatReply.self, from: body) else {
                throw .brokenReply("chat/completions", because: "it is no chat completion.")
            }
            let message = reply.choices.first?.message
            return pieces(thought: message?.reasoning, text: message?.content)
        }

        private static func pieces(thought: String?, text: String?) -> [ChatPiece] {
            let both: [ChatPiece] = [.thought(thought ?? ""), .text(text ?? "")]
            return both.filter { $0 != .thought("") && $0 != .text("") }
        }

        private static func pieces(of data: String) throws(DaemonClientError) -> [ChatPiece] {
            let json = Array(data.utf8)
            if let chunk = try? WireCoding.decode(ChatChunk.self, from: json) {
                let delta = chunk.choices.first?.delta
                return pieces(thought: delta?.reasoning, text: delta?.content)
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
