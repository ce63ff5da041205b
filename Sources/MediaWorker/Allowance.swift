/// How long one request may keep its worker: so much processor time, and some multiple of that by the clock.
///
/// Processor time tells a picture that never ends from a disk that is slow or a machine that is busy.
struct Allowance: Sendable {
    private let child: ChildProcess
    private let limit: Duration
    private let usedBefore: Duration
    private let end: SuspendingClock.Instant

    /// - Parameter patience: how many times `limit` may pass by the clock.
    init(child: ChildProcess, limit: Duration, patience: Int) {
        self.child = child
        self.limit = limit
        usedBefore = child.processorTime ?? .zero
        end = .now.advanced(by: limit * max(1, patience))
    }

    /// Ends when either is used up.
    var deadline: Deadline {
        .after(limit) {
            let unused = limit - used
            let left = SuspendingClock.Instant.now.duration(to: end)
            // Not below a hundredth of a second: it is asked again after that.
            return unused <= .zero || left <= .zero ? nil : min(max(unused, .milliseconds(10)), left)
        }
    }

    /// Whether the processor time is used up.
    var isSpent: Bool { used >= limit }

    private var used: Duration { (child.processorTime ?? usedBefore) - usedBefore }
}
