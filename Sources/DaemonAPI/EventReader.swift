import HTTPTransport
import MediaTypes

/// Hands out the server-sent events of one answer, one after the other.
struct EventReader {
    private var chunks: HTTPStream.Iterator
    private var events = ServerSentEvents()
    private var waiting: ArraySlice<ServerSentEvents.Event> = []
    private let socket: MediaPath

    init(_ stream: HTTPStream, socket: MediaPath) {
        chunks = stream.makeAsyncIterator()
        self.socket = socket
    }

    /// The next event; `nil`: the answer has ended.
    mutating func next(isolation actor: isolated (any Actor)?) async throws(DaemonClientError) -> ServerSentEvents
        .Event?
    {
        while waiting.isEmpty {
            do throws(HTTPError) {
                guard let chunk = try await chunks.next(isolation: actor) else { return nil }
                waiting = try events.receive(chunk)[...]
            } catch {
                throw .transport(error, socket)
            }
        }
        return waiting.popFirst()
    }
}
