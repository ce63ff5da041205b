import Synchronization

/// Hands events from the watcher's thread to one consumer, and tells the thread when to wait for it.
final class EventQueue: Sendable {
    private struct State {
        var events: [FileEvent] = []
        /// The entries that `events` carry.
        var load = 0
        var reader: CheckedContinuation<Void, Never>?
        var isFinished = false
        /// Whether the thread waits for room.
        var isFull = false
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let roomAgain: @Sendable () -> Void

    /// A queue that wants no more work done once its events carry `capacity` entries, and calls `roomAgain` when half
    /// of them are taken.
    init(capacity: Int, roomAgain: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.roomAgain = roomAgain
    }

    /// Whether more work may be done now. Where it is false, `roomAgain` is called in time.
    func hasRoom() -> Bool {
        state.withLock { state in
            if state.load >= capacity { state.isFull = true }
            return !state.isFull
        }
    }

    /// Whether the consumer has asked for more than there is: all that was told is dealt with.
    var isDrained: Bool { state.withLock { $0.events.isEmpty && $0.reader != nil } }

    /// Adds an event, room or not: what was begun is told whole.
    func send(_ event: FileEvent) {
        let reader = state.withLock { state in
            state.events.append(event)
            state.load += event.load
            return Self.takeReader(&state)
        }
        reader?.resume()
    }

    /// Ends the stream once the events that wait are taken.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            return Self.takeReader(&state)
        }
        reader?.resume()
    }

    /// At least one event and at most `limit`, in order; none: the stream has ended, or the task was cancelled.
    func next(upTo limit: Int) async -> [FileEvent] {
        while !Task.isCancelled {
            let (batch, wasFull) = take(limit)
            if wasFull { roomAgain() }
            if let batch { return batch }
            await withTaskCancellationHandler {
                await withCheckedContinuation { waitForEvents($0) }
            } onCancel: {
                state.withLock { Self.takeReader(&$0) }?.resume()
            }
        }
        return []
    }

    /// The next events, an empty batch where there will be none, `nil` where there are none yet.
    private func take(_ limit: Int) -> (batch: [FileEvent]?, wasFull: Bool) {
        state.withLock { state in
            guard !state.events.isEmpty else { return (state.isFinished ? [] : nil, false) }
            let batch = Array(state.events.prefix(limit))
            state.events.removeFirst(batch.count)
            state.load -= batch.reduce(0) { $0 + $1.load }
            guard state.isFull, state.load <= capacity / 2 else { return (batch, false) }
            state.isFull = false
            return (batch, true)
        }
    }

    private func waitForEvents(_ continuation: CheckedContinuation<Void, Never>) {
        let resumeNow = state.withLock { state in
            precondition(state.reader == nil, "two consumers of one watcher's events")
            // Cancellation is looked for inside the lock: its handler takes the lock to find the reader.
            guard state.events.isEmpty, !state.isFinished, !Task.isCancelled else { return true }
            state.reader = continuation
            return false
        }
        if resumeNow { continuation.resume() }
    }

    private static func takeReader(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.reader = nil }
        return state.reader
    }
}

extension FileEvent {
    /// How much waits where this waits: itself and the entries it carries.
    fileprivate var load: Int {
        guard case .listed(_, let files, let subdirectories, _) = self else { return 1 }
        return 1 + files.count + subdirectories.count
    }
}

/// The watcher's events, for one consumer. The watcher waits where the consumer lags.
public struct FileEvents: AsyncSequence, Sendable {
    /// One event after the other.
    public typealias Element = FileEvent

    let queue: EventQueue

    /// At least one event and at most `limit`, in order, as many as there are: for consumers that write many in one
    /// transaction. Empty: the watcher has stopped, or the task was cancelled.
    public func nextBatch(upTo limit: Int) async -> [FileEvent] { await queue.next(upTo: limit) }

    /// The events from the first that nobody took.
    public func makeAsyncIterator() -> Iterator { Iterator(queue: queue) }

    /// Takes events a few at a time, so that the lock is not asked for each.
    public struct Iterator: AsyncIteratorProtocol {
        private static let batchSize = 64
        let queue: EventQueue
        private var batch: ArraySlice<FileEvent> = []

        init(queue: EventQueue) { self.queue = queue }

        /// The next event; `nil`: the watcher has stopped, or the task was cancelled.
        public mutating func next() async -> FileEvent? {
            if batch.isEmpty { batch = await queue.next(upTo: Self.batchSize)[...] }
            return batch.popFirst()
        }
    }
}
