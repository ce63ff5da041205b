import Synchronization

/// The link between a task that may be cancelled and the process that works for it.
final class Errand: Sendable {
    private struct State {
        var isCancelled = false
        var child: ChildProcess?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// From here on, cancelling ends `child`.
    ///
    /// - Returns: `false` where it was cancelled already.
    func begin(with child: ChildProcess) -> Bool {
        state.withLock {
            $0.child = child
            return !$0.isCancelled
        }
    }

    /// From here on, cancelling does nothing.
    ///
    /// - Returns: `false` where it was cancelled, and so the process is ended.
    func end() -> Bool {
        state.withLock {
            $0.child = nil
            return !$0.isCancelled
        }
    }

    func cancel() {
        state.withLock {
            $0.isCancelled = true
            $0.child?.kill()
        }
    }
}
