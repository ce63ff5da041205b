import Glibc
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP/1.1 server on a Unix socket, for programs of the same user.
///
/// Clients get bounded sizes, times and counts (`HTTPServerLimits`); whatever they send, the server stays up.
public struct HTTPServer: Sendable {
    private let listener: UnixListener
    private let router: Router
    private let limits: HTTPServerLimits
    private let logger: Logger

    /// A server on this socket. Clients may connect from the moment the listener exists; they are answered in `run`.
    public init(
        listener: UnixListener, router: Router, limits: HTTPServerLimits = HTTPServerLimits(), logger: Logger
    ) {
        self.listener = listener
        self.router = router
        self.limits = limits
        self.logger = logger
    }

    /// Serves until the task is cancelled: then takes no new connection, closes idle ones, and gives the requests in
    /// hand their grace time. Call it once; it closes the listener.
    public func run() async throws {
        // One thread is plenty for a handful of local clients, and an idle one costs nothing.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve(on: group))
        } catch {
            outcome = .failure(error)
        }
        listener.close()
        try await group.shutdownGracefully()
        try outcome.get()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        let table = ConnectionTable(limit: limits.connectionCount)
        let budget = BodyBudget(limit: limits.bodiesByteCount)
        let (accepted, continuation) = AsyncStream.makeStream(of: Conversation.self)
        let server = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in open(channel, table, budget, continuation) }
            .withBoundSocket(listener.takeDescriptor()).get()
        server.closeFuture.whenComplete { _ in continuation.finish() }

        // Cancellation would reach every conversation at once; requests in hand shall end first. So the conversations
        // run in a task of their own, and cancellation stops it in steps.
        let serving = Task {
            await withDiscardingTaskGroup { group in
                for await conversation in accepted { group.addTask { await converse(conversation) } }
            }
        }
        await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            server.close(promise: nil)
            table.drain()
            server.eventLoop.scheduleTask(in: TimeAmount(limits.graceTime)) { table.closeAll() }
        }
    }

    /// Runs one conversation, and cancels it when its client leaves.
    private func converse(_ conversation: Conversation) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await conversation.run() }
            // `run` closes the channel in the end, so this does return.
            try? await conversation.channel.closeFuture.get()
            group.cancelAll()
        }
        conversation.connections.remove(conversation.id)
    }

    /// Builds a connection's pipeline, unless a stranger is at its other end.
    private func open(
        _ channel: any Channel, _ table: ConnectionTable, _ budget: BodyBudget,
        _ accepted: AsyncStream<Conversation>.Continuation
    ) -> EventLoopFuture<Void> {
        peerUser(of: channel).flatMapThrowing { user in
            guard user == geteuid() else {
                logger.warning("connection of another user refused", metadata: ["uid": "\(user)"])
                throw ChannelError.eof
            }
            let (messages, continuation) = AsyncStream.makeStream(of: ConnectionMessage.self)
            let connection = ConnectionHandler(limits: limits, messages: continuation, assembler: makeAssembler(budget))
            try addHandlers(for: connection, to: channel.pipeline.syncOperations)
            let (id, hasPlace) = table.add(channel)
            let conversation = Conversation(
                channel: channel, messages: messages, router: router, connections: table, id: id, logger: logger)
            guard case .enqueued = accepted.yield(conversation) else { throw ChannelError.eof }
            if !hasPlace { connection.refuse(.busy) }
        }
    }

    private func peerUser(of channel: any Channel) -> EventLoopFuture<uid_t> {
        guard let provider = channel as? any SocketOptionProvider else {
            preconditionFailure("a socket's channel without socket options")
        }
        let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map(\.user)
    }

    private func makeAssembler(_ budget: BodyBudget) -> RequestAssembler {
        RequestAssembler(budget: budget) { method, path in router.bodyLimit(method, path) ?? limits.bodyByteCount }
    }

    private func addHandlers(
        for connection: ConnectionHandler, to pipeline: ChannelPipeline.SynchronousOperations
    ) throws {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headByteCount
        configuration.maxHeaderListSize = limits.headByteCount
        configuration.maxHeaderFieldCount = 128
        try pipeline.addHandlers([
            ByteTap(connection: connection),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: configuration)),
            HTTPResponseEncoder(),
            NIOHTTPResponseHeadersValidator(),
            connection,
        ])
    }
}

/// The kernel's `struct ucred`. Written out here, since Glibc's module leaves it out, and a C header that defines
/// _GNU_SOURCE to get it declares `fd_set` otherwise than NIO's own does: the two cannot be imported together.
private struct PeerCredentials: Sendable {
    let process: pid_t
    let user: uid_t
    let group: gid_t
}
