import Synchronization

/// Why the library last refused what the watcher told, for `status`; nothing once it takes it again.
final class StoreTrouble: Sendable {
    private let state = Mutex<(any Error)?>(nil)

    /// The last refusal; `nil`: it takes what it is given.
    var last: (any Error)? { state.withLock { $0 } }

    /// Notes a refusal.
    ///
    /// - Returns: Whether it is news.
    func note(_ error: any Error) -> Bool {
        state.withLock { last in
            defer { last = error }
            return last == nil
        }
    }

    /// Notes that the library took something.
    func clear() { state.withLock { $0 = nil } }
}
