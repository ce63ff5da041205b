import HTTPTransport
import MediaTypes

/// What happens in the daemon, as it happens. Ends when the daemon does.
public struct DaemonEvents: AsyncSequence, Sendable {
    private let stream: HTTPStream
    private let socket: MediaPath

    init(_ stream: HTTPStream, socket: MediaPath) {
        self.stream = stream
        self.socket = socket
    }

    /// The events. To be read once.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream, socket: socket)) }

    /// Hands out the events.
    public struct Iterator: AsyncIteratorProtocol {
        var reader: EventReader

        /// The next event that this version knows; `nil`: the daemon has ended.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(DaemonClientError) -> DaemonEvent? {
            while let event = try await reader.next(isolation: actor) {
                do {
                    if let known = try DaemonEvent(name: event.name, data: Array(event.data.utf8)) { return known }
                } catch {
                    throw .brokenReply("events", because: "the event \(event.name) is of another form.")
                }
            }
            return nil
        }
    }
}

extension DaemonClient {
    /// What happens from now on.
    public func events() async throws(DaemonClientError) -> DaemonEvents {
        DaemonEvents(try await open(.get, RequestTarget("events"), body: nil as String?), socket: socket)
    }
}
