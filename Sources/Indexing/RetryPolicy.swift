import MediaTypes

/// What becomes of a job that failed. Pure: the caller stores the verdict.
struct RetryPolicy {
    /// How often a file is tried whose failure may be chance.
    var attemptLimit = 4
    /// The wait before the second try; it doubles from then on.
    var firstDelay: Duration = .seconds(10)
    /// How long a job waits whose file is not there just now.
    var goneDelay: Duration = .seconds(60)
    /// How long a job waits whose file was changing.
    var changedDelay: Duration = .seconds(10)

    enum Verdict: Equatable {
        /// Recorded as failed until the file changes or the person asks.
        case giveUp
        /// Recorded, and tried again.
        case retry(after: Duration)
        /// Put back: no fault of the file's, no attempt counted.
        case putBack(after: Duration)
        /// Put back, and the file is looked at anew.
        case recheck(after: Duration)
    }

    func verdict(on failure: JobFailure, attempts: Int) -> Verdict {
        switch failure.cause {
        case .file: .giveUp
        case .chance: attempts >= attemptLimit ? .giveUp : .retry(after: firstDelay * (1 << (max(1, attempts) - 1)))
        case .changed: .recheck(after: changedDelay)
        case .gone: .putBack(after: goneDelay)
        case .service: .putBack(after: .zero)
        }
    }
}

/// How long a lane waits for a service that is away: 2 s, doubling to 2 minutes, forgotten with the first success.
struct ServiceBackoff {
    private var failures = 0

    mutating func failed() -> Duration {
        failures += 1
        return min(.seconds(1 << min(failures, 7)), .seconds(120))
    }

    mutating func succeeded() { failures = 0 }
}
