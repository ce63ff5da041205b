import DaemonAPI
import Synchronization

/// Tells everyone who listens what happens: the streams behind `/v1/events`, and whoever waits for the queue.
final class EventHub: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<DaemonEvent>.Continuation] = [:]
        var next = 0
        var lastPending = 0
    }

    private let state = Mutex(State())

    /// A listener that lags this far behind loses the oldest events: it can ask for `/v1/status` at any time.
    private static let backlog = 256

    /// The events from now on, until the stream is dropped.
    func listen() -> AsyncStream<DaemonEvent> {
        AsyncStream(bufferingPolicy: .bufferingNewest(Self.backlog)) { continuation in
            let id = state.withLock { state in
                state.next += 1
                state.listeners[state.next] = continuation
                return state.next
            }
            continuation.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
            }
        }
    }

    /// How many files were not yet described when somebody last counted: for replies that must not wait for the catalog.
    var lastPending: Int {
        get { state.withLock { $0.lastPending } }
        set { state.withLock { $0.lastPending = newValue } }
    }

    /// Whether anyone listens.
    var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty } }

    /// Sends an event to all who listen.
    func send(_ event: DaemonEvent) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(event) }
    }

    /// Ends every stream: the daemon stops.
    func finish() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.finish() }
    }
}
