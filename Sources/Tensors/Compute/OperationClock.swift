/// What kernels have done and how long it took, by operation: for benchmarks, which compare it with the machine's limits.
///
/// Kernels ask for none unless their pool was made with one. Sendable since it is touched by one thread at a time, the one
/// that calls kernels, and never from a part of their work.
public final class OperationClock: @unchecked Sendable {
    /// What an operation has to do at least, or came to.
    public struct Work: Sendable {
        /// Bytes of weights, keys, values and states that are read and written; activations are not counted.
        public var bytes = 0
        /// Multiplications and additions of integers.
        public var integers = 0
        /// Multiplications and additions of float32 in products; those of vectors are not counted.
        public var floats = 0

        init(bytes: Int = 0, integers: Int = 0, floats: Int = 0) {
            self.bytes = bytes
            self.integers = integers
            self.floats = floats
        }
    }

    /// All calls of one operation.
    public struct Total: Sendable {
        /// How long they took together.
        public var duration = Duration.zero
        /// What they had to do.
        public var work = Work()
        /// How many there were.
        public var calls = 0

        /// The duration in seconds.
        public var seconds: Double { duration.seconds }
    }

    /// Whether it counts. Not at first: counting costs a microsecond a call.
    public var isRunning = false
    /// By the operation's name.
    public private(set) var totals: [String: Total] = [:]
    private let clock = ContinuousClock()

    /// A clock that stands still.
    public init() {}

    /// Forgets everything so far.
    public func reset() { totals = [:] }

    fileprivate var now: ContinuousClock.Instant? { isRunning ? clock.now : nil }

    fileprivate func add(_ name: String, since began: ContinuousClock.Instant, _ work: Work) {
        var total = totals[name] ?? Total()
        total.duration += clock.now - began
        total.work.bytes += work.bytes
        total.work.integers += work.integers
        total.work.floats += work.floats
        total.calls += 1
        totals[name] = total
    }
}

extension ComputePool {
    /// When an operation begins, where a clock wants to know it.
    var began: ContinuousClock.Instant? { clock?.now }

    /// Counts an operation that began then.
    func count(
        _ name: @autoclosure () -> String, since began: ContinuousClock.Instant?,
        _ work: @autoclosure () -> OperationClock.Work = .init()
    ) {
        guard let clock, let began else { return }
        clock.add(name(), since: began, work())
    }
}
