import MediaTypes

/// How fast each stage goes, from the jobs that ended in the last five minutes. Pure: times are passed in.
struct RateEstimator {
    /// The span that is looked back on, in seconds.
    static let window = 300.0
    private var endings: [JobStage: [Double]] = [:]

    /// Notes a job's end at `now` (any steady clock, in seconds).
    mutating func jobEnded(_ stage: JobStage, at now: Double) {
        endings[stage, default: []].append(now)
        trim(stage, now)
    }

    /// Jobs a minute of one stage; `nil` before the second end within the window.
    mutating func perMinute(_ stage: JobStage, at now: Double) -> Double? {
        trim(stage, now)
        guard let times = endings[stage], let first = times.first, times.count >= 2, now > first else { return nil }
        return Double(times.count - 1) / (now - first) * 60
    }

    private mutating func trim(_ stage: JobStage, _ now: Double) {
        guard let times = endings[stage], let first = times.first, first < now - Self.window else { return }
        endings[stage] = Array(times.drop { $0 < now - Self.window })
    }
}

/// How fast indexing goes and how long it still takes.
public struct IndexingPace: Sendable, Equatable {
    /// Files a minute of the stage that keeps the queue waiting longest; 0 where nothing ended lately.
    public var filesPerMinute: Double
    /// Seconds until the queue is empty; `nil` where that is unknown.
    public var secondsLeft: Double?
}

extension RateEstimator {
    /// The pace with these queues. `canDescribe` is false where no engine takes descriptions: they are not counted.
    mutating func pace(queued: [JobStage: Int], canDescribe: Bool, at now: Double) -> IndexingPace {
        var secondsByStage: [JobStage: Double] = [:]
        var isUnknown = false
        for (stage, count) in queued where count > 0 && (stage != .description || canDescribe) {
            if let rate = perMinute(stage, at: now), rate > 0 {
                secondsByStage[stage] = Double(count) / rate * 60
            } else {
                isUnknown = true
            }
        }
        let slowest = secondsByStage.max { $0.value < $1.value }?.key
        let rates = JobStage.allCases.compactMap { perMinute($0, at: now) }
        let rate = slowest.flatMap { perMinute($0, at: now) } ?? rates.last ?? 0
        // Identity, facts and words share the processor one after the other; the engine works beside them.
        let looking = [.identity, .facts, .words].compactMap { secondsByStage[$0] }.reduce(0, +)
        let seconds = max(looking, secondsByStage[.description] ?? 0)
        return IndexingPace(filesPerMinute: rate, secondsLeft: isUnknown ? nil : seconds)
    }
}
