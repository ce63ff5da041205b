import MediaTypes
import Synchronization

/// Where the watcher's thread shows how it is, for anyone to read.
final class HealthBoard: Sendable {
    private static let keptEvents = 1_024

    private struct State {
        var health = WatchHealth()
        /// A ring; the oldest event is at `oldest`.
        var events: [RecordedEvent] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    /// How the watcher is now.
    var health: WatchHealth {
        state.withLock { state in
            var health = state.health
            health.recentEvents = Array(state.events[state.oldest...] + state.events[..<state.oldest])
            return health
        }
    }

    func show(_ health: WatchHealth) {
        state.withLock { $0.health = health }
    }

    func record(_ event: RecordedEvent) {
        state.withLock { state in
            if state.events.count < Self.keptEvents {
                state.events.append(event)
            } else {
                state.events[state.oldest] = event
                state.oldest = (state.oldest + 1) % Self.keptEvents
            }
        }
    }
}
