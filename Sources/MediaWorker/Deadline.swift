/// When to stop waiting, on a clock that stands still while the machine sleeps.
public struct Deadline: Sendable {
    private var instant: SuspendingClock.Instant?
    private let respite: @Sendable () -> Duration?

    /// No deadline.
    public static let never = Deadline(instant: nil) { nil }

    /// This long from now.
    ///
    /// - Parameter respite: asked once the time is up; how much longer to wait, or `nil`: not at all.
    public static func after(_ duration: Duration, respite: @escaping @Sendable () -> Duration? = { nil }) -> Deadline {
        Deadline(instant: .now.advanced(by: duration), respite: respite)
    }

    private init(instant: SuspendingClock.Instant?, respite: @escaping @Sendable () -> Duration?) {
        self.instant = instant
        self.respite = respite
    }

    /// Whether it has passed.
    var isPast: Bool { instant.map { $0 <= .now } ?? false }

    /// Puts it off where there is a respite.
    ///
    /// - Returns: `false` where there is none.
    mutating func extend() -> Bool {
        guard let more = respite(), more > .zero else { return false }
        instant = .now.advanced(by: more)
        return true
    }

    /// The time left as `poll` wants it, rounded up; -1: for ever.
    var milliseconds: CInt {
        guard let instant else { return -1 }
        let (seconds, attoseconds) = SuspendingClock.Instant.now.duration(to: instant).components
        return CInt(clamping: max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1))
    }
}
