import Glibc

/// How much processor time one picture may still cost. Not the time of day: the machine may be busy with other things.
final class TimeBudget {
    private let end: Duration

    /// This much from now, on this thread.
    init(_ duration: Duration) { end = Self.used + duration }

    var isSpent: Bool { Self.used >= end }

    private static var used: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
