import Synchronization

/// Whether anybody wants something of the engine.
final class Activity: Sendable {
    private struct State {
        var requests = 0
        var lastEnd = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// How many requests are in hand.
    var requests: Int { state.withLock { $0.requests } }

    /// A request in hand: it ends when nothing holds this any more, whatever became of it.
    final class Request: Sendable {
        private let activity: Activity

        fileprivate init(_ activity: Activity) { self.activity = activity }

        deinit {
            activity.state.withLock { state in
                state.requests -= 1
                state.lastEnd = .now
            }
        }
    }

    /// `nil`: so many are in hand already.
    func begin(limit: Int) -> Request? {
        let hasPlace = state.withLock { state in
            guard state.requests < limit else { return false }
            state.requests += 1
            return true
        }
        return hasPlace ? Request(self) : nil
    }

    /// Returns after so long without a request, or when cancelled.
    func waitUntilIdle(for duration: Duration) async {
        while !Task.isCancelled {
            let deadline = state.withLock { state in
                (state.requests > 0 ? ContinuousClock.now : state.lastEnd).advanced(by: duration)
            }
            guard deadline > .now else { return }
            try? await Task.sleep(until: deadline)
        }
    }
}
