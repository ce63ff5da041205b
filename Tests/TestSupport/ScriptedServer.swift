import Glibc
public import MediaTypes
import Synchronization

/// An HTTP/1.1 server of the test's own: real sockets, and answers as the test scripts them, faults included.
///
/// It answers one request a connection. It stops when the last reference goes.
public final class ScriptedServer: Sendable {
    /// Where a server listens.
    public enum Place: Sendable {
        /// A Unix socket at this path.
        case unixSocket(MediaPath)
        /// A free port of 127.0.0.1.
        case loopback
    }

    /// What clients are told: `unix:/path` or `http://127.0.0.1:port`.
    public let url: String
    private let session: ScriptedServerSession

    /// A server that listens when this returns and asks `answer`, on a thread of the connection's, what to reply.
    public init(
        on place: Place = .loopback, answer: @escaping @Sendable (ScriptedServerRequest) -> ScriptedServerReply
    ) throws {
        let listener = try ScriptedServerListener(place)
        url = listener.url
        session = ScriptedServerSession(answer: answer)
        let session = session
        ScriptedServerSession.startThread { session.serve(listener) }
    }

    deinit { stop() }

    /// Ends every connection, those that are held included, and refuses further ones.
    public func stop() { session.stopping.release() }

    /// The requests so far, in the order in which they were read.
    public var requests: [ScriptedServerRequest] { session.log.requests }

    /// Waits until there are this many requests, and returns the last of them.
    @discardableResult
    public func request(number: Int) async -> ScriptedServerRequest { await session.log.request(number: number) }

    /// Waits until a client has gone away from an answer that was held back.
    public func clientLeft() async { await session.log.clientLeft() }
}

/// What the threads of a server share; they do not keep the server itself alive.
final class ScriptedServerSession: Sendable {
    let answer: @Sendable (ScriptedServerRequest) -> ScriptedServerReply
    let stopping = ScriptedServerLatch()
    let log = ScriptedServerLog()

    init(answer: @escaping @Sendable (ScriptedServerRequest) -> ScriptedServerReply) { self.answer = answer }

    /// Accepts until the server stops.
    func serve(_ listener: ScriptedServerListener) {
        while stopping.wait(orReadable: listener.descriptor) == .readable {
            let client = accept(listener.descriptor, nil, nil)
            guard client >= 0 else { continue }
            let connection = ScriptedServerConnection(client, session: self)
            Self.startThread { connection.serve() }
        }
    }

    /// Runs a closure on a thread of its own.
    static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { box in
                if let box { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
                return nil
            }, box)
        precondition(status == 0, "no thread for the scripted server: \(status)")
        pthread_detach(thread)
    }
}
