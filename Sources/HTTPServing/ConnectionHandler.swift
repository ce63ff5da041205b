import NIOCore
import NIOHTTP1
import Synchronization

/// What a connection tells its conversation.
enum ConnectionMessage: Sendable {
    case request(RequestInHand)
    /// The last message: nothing that follows on the connection can be understood.
    case fault(HTTPServerFault)
}

/// A request on its way to whoever answers it, who takes it out: a body is held no longer than it is needed, and an answer
/// may be streamed for minutes.
final class RequestInHand: Sendable {
    private let request: Mutex<AssembledRequest?>

    init(_ request: AssembledRequest) { self.request = Mutex(request) }

    /// The request, the first time.
    func take() -> AssembledRequest? { request.withLock { $0.take() } }
}

/// What a conversation sends to its connection.
enum ResponsePart: Sendable {
    case head(HTTPResponseHead)
    case piece(ByteBuffer)
    case end
}

/// Asks a connection to send what it holds, and to close.
struct FinishConnection: Sendable {}

/// The channel's end of a connection: assembles requests one at a time, keeps the deadlines, and closes.
///
/// Reading stops while a request is in hand, so a client that sends many at once waits in the kernel's buffer.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = ResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Wait { case firstByte, head, body, client }

    /// How long a connection that we have ended is read on, so that closing it does not wipe out our last answer.
    private static let lingerTime = TimeAmount.seconds(1)

    private let limits: HTTPServerLimits
    private let messages: AsyncStream<ConnectionMessage>.Continuation
    private var assembler: RequestAssembler
    private var unanswered = 0
    private var pendingWrites = 0
    private var holdsRead = false
    private var hasInputClosed = false
    /// Set once the input is of no more use: what still comes is thrown away.
    private(set) var ignoresInput = false
    private var inputDeadline: Scheduled<Void>?
    private var outputDeadline: Scheduled<Void>?

    init(
        limits: HTTPServerLimits, messages: AsyncStream<ConnectionMessage>.Continuation, assembler: RequestAssembler
    ) {
        self.limits = limits
        self.messages = messages
        self.assembler = assembler
    }

    // MARK: Input

    func channelActive(context: ChannelHandlerContext) {
        wait(for: .firstByte, context)
        context.fireChannelActive()
    }

    /// Called by the tap in front of the decoder, before it sees the bytes.
    func bytesArrived(context: ChannelHandlerContext) {
        if unanswered == 0, !assembler.isInsideRequest, !ignoresInput { wait(for: .head, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !ignoresInput else { return }
        switch assembler.receive(unwrapInboundIn(data)) {
        case .more:
            if assembler.isInsideRequest { wait(for: .body, context) }
        case .sendContinue:
            wait(for: .body, context)
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .request(let request): handOver(.request(RequestInHand(request)))
        case .fault(let fault): refuse(fault)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(.headTooLarge)
        case is HTTPParserError: refuse(.malformed)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        hasInputClosed = true
        if unanswered == 0 { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        inputDeadline?.cancel()
        outputDeadline?.cancel()
        messages.finish()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if unanswered == 0 { context.read() } else { holdsRead = true }
    }

    /// Gives the conversation an answer to write where no request was understood.
    func refuse(_ fault: HTTPServerFault) {
        guard !ignoresInput else { return }
        ignoresInput = true
        handOver(.fault(fault))
    }

    private func handOver(_ message: ConnectionMessage) {
        inputDeadline?.cancel()
        unanswered += 1
        messages.yield(message)
    }

    // MARK: Output

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .piece(let bytes):
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
            if let promise { watch(promise.futureResult, context) }
        case .end:
            context.write(wrapOutboundOut(.end(nil)), promise: promise)
            if let promise { watch(promise.futureResult, context) }
            answered(context)
        }
    }

    private func answered(_ context: ChannelHandlerContext) {
        unanswered -= 1
        guard unanswered == 0 else { return }
        // The conversation then ends, and with it the connection once everything is sent.
        guard !hasInputClosed else { return messages.finish() }
        wait(for: .firstByte, context)
        if holdsRead {
            holdsRead = false
            context.read()
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is FinishConnection else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
        guard !hasInputClosed else { return context.close(promise: nil) }
        ignoresInput = true
        unanswered = 0
        wait(for: .client, context)
        context.close(mode: .output, promise: nil)
        context.read()
    }

    // MARK: Deadlines

    /// Restarts the one deadline on input for what the connection now waits for.
    private func wait(for wait: Wait, _ context: ChannelHandlerContext) {
        inputDeadline?.cancel()
        let time =
            switch wait {
            case .firstByte: TimeAmount(limits.idleTime)
            case .head: TimeAmount(limits.headTime)
            case .body: TimeAmount(limits.bodyTime)
            case .client: Self.lingerTime
            }
        inputDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            switch wait {
            case .firstByte, .client: context.close(promise: nil)
            case .head, .body: self.refuse(.timedOut)
            }
        }
    }

    /// Closes the connection unless the client takes what is being written.
    private func watch(_ write: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        pendingWrites += 1
        outputDeadline?.cancel()
        outputDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.writeTime)) {
            context.close(promise: nil)
        }
        write.assumeIsolated().whenComplete { _ in
            self.pendingWrites -= 1
            if self.pendingWrites == 0 { self.outputDeadline?.cancel() }
        }
    }
}

/// Sits before the decoder and tells the connection of bytes that the decoder may still be collecting.
final class ByteTap: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionHandler

    init(connection: ConnectionHandler) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !connection.ignoresInput else { return }
        connection.bytesArrived(context: context)
        context.fireChannelRead(data)
    }
}
