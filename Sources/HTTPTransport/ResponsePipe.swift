import Synchronization

/// One answer on its way from the thread that receives it to the task that reads it. Holds little: a reader that falls
/// behind stops the receiving.
final class ResponsePipe: Sendable {
    private struct State {
        var head: HTTPResponseHead?
        var chunks: [[UInt8]] = []
        var byteCount = 0
        var ending: Result<Void, HTTPError>?
        var reader: CheckedContinuation<Void, Never>?
        /// Wakes the receiving thread.
        var wake: (@Sendable () -> Void)?
    }

    /// Enough for the reader never to wait on a fast server; little beside a picture's pixels.
    private static let capacity = 256 << 10

    private let state = Mutex(State())

    // The receiving side.

    /// Sets how the receiving thread is woken; `nil`: it no longer listens.
    func setWake(_ wake: (@Sendable () -> Void)?) { state.withLock { $0.wake = wake } }

    func put(head: HTTPResponseHead) { change { $0.head = head } }

    func put(chunk: [UInt8]) {
        change { state in
            state.chunks.append(chunk)
            state.byteCount += chunk.count
        }
    }

    /// The answer has ended, well or not. The first ending counts.
    func finish(_ ending: Result<Void, HTTPError>) {
        change { state in
            if state.ending == nil { state.ending = ending }
        }
    }

    var hasHead: Bool { state.withLock { $0.head != nil } }
    var hasEnded: Bool { state.withLock { $0.ending != nil } }
    var hasRoom: Bool { state.withLock { $0.byteCount < Self.capacity } }

    private func change(_ body: (inout State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    // The reading side.

    /// Ends the request from the reader's side.
    func cancel() {
        finish(.failure(.cancelled))
        // Called under the lock, so that the thread cannot take its handle down meanwhile.
        state.withLock { $0.wake?() }
    }

    /// Status and headers, once they are there; what came before a connection broke is still read.
    func head(isolation actor: isolated (any Actor)? = #isolation) async throws(HTTPError) -> HTTPResponseHead {
        while true {
            let (head, ending) = state.withLock { ($0.head, $0.ending) }
            if case .failure(let error) = ending, head == nil || error.code == .cancelled { throw error }
            if let head { return head }
            await waitForChange(isolation: actor) { $0.head != nil || $0.ending != nil }
        }
    }

    /// The next chunk; `nil` at the end.
    func next(isolation actor: isolated (any Actor)? = #isolation) async throws(HTTPError) -> [UInt8]? {
        while true {
            if Task.isCancelled { cancel() }
            if let outcome = state.withLock({ Self.takeNext(from: &$0) }) { return try outcome.get() }
            await waitForChange(isolation: actor) { !$0.chunks.isEmpty || $0.ending != nil }
        }
    }

    /// What the reader gets now: all that lies ready in one piece, or the end; `nil`: it waits.
    private static func takeNext(from state: inout State) -> Result<[UInt8]?, HTTPError>? {
        // Cancelled is cancelled, whatever lies ready.
        if case .failure(let error) = state.ending, error.code == .cancelled { return .failure(error) }
        guard !state.chunks.isEmpty else { return state.ending.map { $0.map { nil } } }
        let chunk = state.chunks.count == 1 ? state.chunks[0] : state.chunks.reduce(into: []) { $0 += $1 }
        // The receiver may have been waiting for room.
        if state.byteCount >= capacity { state.wake?() }
        state.chunks = []
        state.byteCount = 0
        return .success(chunk)
    }

    private func waitForChange(
        isolation actor: isolated (any Actor)?, until isReady: @Sendable (borrowing State) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation(isolation: actor) { continuation in
                let isDue = state.withLock { state in
                    precondition(state.reader == nil, "two tasks read one answer")
                    if isReady(state) { return true }
                    state.reader = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}

/// Ends a request when nobody holds its answer any longer; the receiving thread holds only the pipe.
final class PipeOwner: Sendable {
    let pipe: ResponsePipe

    init(pipe: ResponsePipe) { self.pipe = pipe }

    deinit { pipe.cancel() }
}
