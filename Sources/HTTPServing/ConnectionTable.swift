import NIOCore
import Synchronization

/// The connections that are open, and whether the server still takes requests on them.
final class ConnectionTable: Sendable {
    typealias ID = Int

    /// What a connection is doing, as far as a stop is concerned.
    enum Activity {
        /// Waiting for a request: closed at once.
        case idle
        /// Has a request in hand: may end it in the grace time.
        case answering
        /// Would never end by itself: closed at once.
        case streamingEndlessly
        /// Has had its last answer, or was refused: its place is somebody else's.
        case leaving
    }

    private struct State {
        var entries: [ID: (channel: any Channel, activity: Activity)] = [:]
        var nextID = 0
        var isDraining = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Whether the server is stopping.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Takes a connection in; `hasPlace` says whether it may be served.
    func add(_ channel: any Channel) -> (id: ID, hasPlace: Bool) {
        state.withLock { state in
            let hasPlace = state.entries.values.count { $0.activity != .leaving } < limit
            let id = state.nextID
            state.nextID += 1
            state.entries[id] = (channel, hasPlace ? .idle : .leaving)
            return (id, hasPlace)
        }
    }

    func remove(_ id: ID) { state.withLock { _ = $0.entries.removeValue(forKey: id) } }

    /// Notes what a connection does.
    ///
    /// - Returns: Whether the server is still serving; if not, what would not end by itself must end now.
    @discardableResult
    func mark(_ id: ID, _ activity: Activity) -> Bool {
        state.withLock { state in
            if state.entries[id]?.activity != .leaving { state.entries[id]?.activity = activity }
            return !state.isDraining
        }
    }

    /// Closes every connection that has no request in hand, and keeps the others from beginning a new one.
    func drain() {
        let channels = state.withLock { state in
            state.isDraining = true
            return state.entries.values.filter { $0.activity != .answering }.map(\.channel)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Closes what is still open.
    func closeAll() {
        let channels = state.withLock { $0.entries.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }
}
