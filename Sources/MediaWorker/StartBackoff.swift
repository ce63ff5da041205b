/// When a worker that could not start may be tried again.
struct StartBackoff {
    private var failures = 0
    private var notBefore: SuspendingClock.Instant?
    private var reason = ""

    /// Why not to try now; `nil`: try.
    var refusal: String? {
        guard let notBefore, .now < notBefore else { return nil }
        return reason
    }

    mutating func failed(_ reason: String, delay: Duration) {
        notBefore = .now.advanced(by: min(delay * (1 << min(failures, 6)), .seconds(60)))
        failures += 1
        self.reason = reason
    }

    mutating func succeeded() { self = StartBackoff() }
}
