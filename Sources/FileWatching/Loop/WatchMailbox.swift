import MediaTypes
import Synchronization

/// What others want of the watcher's thread.
enum WatchCommand: Equatable {
    case add(root: MediaPath, knownDevice: UInt64?)
    case remove(root: MediaPath)
    case rescan(root: MediaPath)
}

/// Where the kernel's records, commands and the call to stop reach the watcher's thread.
final class WatchMailbox: Sendable {
    /// What waits at one moment.
    struct Mail {
        var commands: [WatchCommand] = []
        var records: [KernelRecord] = []
        var isStopped = false
    }

    private struct State {
        var commands: [WatchCommand] = []
        var backlog: RecordBacklog
        var roots: Set<MediaPath> = []
        var isStopped = false
    }

    private let state: Mutex<State>
    private let wakeUp: WakeUp

    init(backlogCapacity: Int) throws(FileWatchingError) {
        state = Mutex(State(backlog: RecordBacklog(capacity: backlogCapacity)))
        wakeUp = try WakeUp()
    }

    var roots: Set<MediaPath> { state.withLock { $0.roots } }

    func deliver(_ records: [KernelRecord]) {
        state.withLock { state in
            for record in records { state.backlog.add(record) }
        }
        wakeUp.signal()
    }

    /// Refuses a root that overlaps one that is there, so that no file belongs to two.
    func add(root: MediaPath, knownDevice: UInt64?) throws(FileWatchingError) {
        let clash = state.withLock { state -> MediaPath? in
            if state.roots.contains(root) { return nil }
            if let other = state.roots.first(where: { $0.isInside(root) || root.isInside($0) }) { return other }
            state.roots.insert(root)
            state.commands.append(.add(root: root, knownDevice: knownDevice))
            return nil
        }
        if let clash { throw WatchSentences.overlap(root, clash) }
        wakeUp.signal()
    }

    func remove(root: MediaPath) {
        state.withLock { state in
            if state.roots.remove(root) != nil { state.commands.append(.remove(root: root)) }
        }
        wakeUp.signal()
    }

    func rescan(root: MediaPath) {
        state.withLock { $0.commands.append(.rescan(root: root)) }
        wakeUp.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wakeUp.signal()
    }

    func wake() { wakeUp.signal() }

    /// The commands, and the records too where `withRecords`: while the consumer lags they stay and coalesce.
    func take(withRecords: Bool) -> Mail {
        state.withLock { state in
            defer { state.commands = [] }
            return Mail(
                commands: state.commands, records: withRecords ? state.backlog.take() : [],
                isStopped: state.isStopped)
        }
    }

    func wait(atMost time: Duration?) { wakeUp.wait(atMost: time) }
}
