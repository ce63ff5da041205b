import Synchronization

/// The bytes that all connections together may hold of requests' bodies: each route's own limit, times every connection,
/// would be more than the machine has.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// What one request holds; given back when nothing holds the share any more, whatever became of the request.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let size = Mutex(0)

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        deinit { budget.used.withLock { $0 -= size.withLock { $0 } } }

        /// Makes the share as large as that at least.
        ///
        /// - Returns: Whether there is so much.
        func grow(to wanted: Int) -> Bool {
            size.withLock { size in
                guard wanted > size else { return true }
                let more = wanted - size
                let isGranted = budget.used.withLock { used in
                    guard more <= budget.limit - used else { return false }
                    used += more
                    return true
                }
                if isGranted { size = wanted }
                return isGranted
            }
        }
    }

    /// A share of nothing yet.
    func share() -> Share { Share(self) }
}
