import Glibc
public import MediaTypes
import Synchronization

/// A job that is being worked on.
public struct RunningJob: Sendable, Equatable {
    /// The file.
    public var path: MediaPath
    /// What is done with it.
    public var stage: JobStage
    /// Since when, in seconds since 1970.
    public var since: Double
    /// Since when by a clock that nobody sets, for how long it takes.
    let steadySince: Double

    init(_ job: IndexingJob, since: Double, steadySince: Double) {
        path = job.path
        stage = job.stage
        self.since = since
        self.steadySince = steadySince
    }
}

/// How a job ended.
public struct JobEnding: Sendable {
    /// The file.
    public var path: MediaPath
    /// What was done with it.
    public var stage: JobStage
    /// Why it failed; `nil`: it did not.
    public var failure: JobFailure?
}

extension Indexer {
    /// What is being worked on, longest first.
    public var running: [RunningJob] {
        progress.withLock { $0.running.values.sorted { $0.since < $1.since } }
    }

    /// Whether a job that has a deadline has run far past it: a thread of ours hangs, and only a new start helps.
    ///
    /// Hashing takes as long as the disk does, and an engine as long as it says something.
    public var hasHung: Bool {
        let longest = 900.0
        let now = steadyClock()
        return progress.withLock { progress in
            progress.running.values.contains { job in
                (job.stage == .facts || job.stage == .words) && now - job.steadySince > longest
            }
        }
    }

    /// Whether `pause` holds the queue.
    public var isPaused: Bool { progress.withLock { $0.isPaused } }

    /// Why the decoding worker cannot be used just now.
    public var workerTrouble: JobFailure? { progress.withLock { $0.trouble[.facts] ?? $0.trouble[.media] } }

    /// Why the encoder cannot be used just now.
    public var encoderTrouble: JobFailure? { progress.withLock { $0.encoderTrouble } }

    /// Why the engine cannot be used just now.
    public var engineTrouble: JobFailure? { progress.withLock { $0.trouble[.description] } }

    /// Why the catalog refused to store the last result; `nil`: it did not.
    public var storeTrouble: (any Error)? { progress.withLock { $0.storeTrouble } }

    /// How fast it goes and how long it still takes with these queues.
    public func pace(queued: [JobStage: Int]) -> IndexingPace {
        let now = steadyClock()
        let canDescribe = describer.isSetUp
        return progress.withLock { $0.rates.pace(queued: queued, canDescribe: canDescribe, at: now) }
    }
}

/// Seconds since 1970.
func wallClock() -> Double { seconds(of: CLOCK_REALTIME) }

/// Seconds since some moment that no one sets back.
func steadyClock() -> Double { seconds(of: CLOCK_MONOTONIC) }

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
