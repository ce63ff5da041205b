import MediaTypes

/// What `stat` says of a file.
struct FileStatus: Hashable {
    var identity: FileIdentity
    /// The change time in seconds since 1970: unlike the modification time, nobody can set it back.
    var changedAt: Double

    /// Whether the file was touched less than `time` before `wallTime`, by its own account.
    ///
    /// A time further ahead than clocks differ says nothing: a camera set to 2038 makes files that are at rest.
    func isYoung(_ time: Duration, wallTime: Double) -> Bool {
        let furthestAhead = 60.0
        return [identity.modifiedAt, changedAt].contains { touched in
            touched > wallTime - time.inSeconds && touched < wallTime + furthestAhead
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Lets a file pass when it has come to rest: no event for a while, then either times that are as old, or twice the same
/// size and times.
///
/// A file that changes again soon after it passed waits twice as long each time, so that a screen recording is not
/// hashed every two seconds.
struct SettleGate {
    private struct Entry {
        var quiet: Duration
        var seen: FileStatus?
        var isWaiting = true
    }

    private static let mostRemembered = 4_096

    private var entries: [Place: Entry] = [:]
    private var waiting = DeadlineQueue<Place>()
    private var remembered = DeadlineQueue<Place>()
    private let shortest: Duration
    private let longest: Duration
    private let memory: Duration

    init(settleTime: Duration, longest: Duration, memory: Duration) {
        shortest = settleTime
        self.longest = longest
        self.memory = memory
    }

    /// The files that have not passed yet.
    var count: Int { waiting.count }

    func isWaiting(_ place: Place) -> Bool { waiting.contains(place) }

    /// Something happened to the file.
    mutating func touch(_ place: Place, now: Duration) {
        var entry = entries[place] ?? Entry(quiet: shortest)
        if !entry.isWaiting { entry.quiet = min(entry.quiet * 2, longest) }
        entry.isWaiting = true
        entry.seen = nil
        entries[place] = entry
        remembered.cancel(place)
        waiting.schedule(place, at: now + entry.quiet)
    }

    /// The file is gone, or of no interest any more.
    mutating func forget(_ place: Place) {
        entries[place] = nil
        waiting.cancel(place)
        remembered.cancel(place)
    }

    /// A file that has had its quiet time: the caller looks at it and tells `observe` or `forget`.
    mutating func popDue(_ now: Duration) -> Place? {
        while let old = remembered.popDue(now) { entries[old] = nil }
        return waiting.popDue(now)
    }

    /// The file as it is now. `true`: it passes; `false`: it will be due again.
    mutating func observe(_ place: Place, _ status: FileStatus, now: Duration, wallTime: Double) -> Bool {
        var entry = entries[place] ?? Entry(quiet: shortest)
        if status.isYoung(shortest, wallTime: wallTime), entry.seen != status {
            entry.seen = status
            entries[place] = entry
            waiting.schedule(place, at: now + entry.quiet)
            return false
        }
        guard remembered.count < Self.mostRemembered else {
            entries[place] = nil
            return true
        }
        entry.isWaiting = false
        entry.seen = nil
        entries[place] = entry
        remembered.schedule(place, at: now + memory)
        return true
    }

    /// When a file is due. What is merely remembered wakes nobody.
    mutating func nextDeadline() -> Duration? { waiting.nextDeadline() }
}
