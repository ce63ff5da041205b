public import MediaTypes
import Synchronization

/// Watches folders with everything below them, and tells what changes as events that a catalog can apply.
///
/// Roots may be added and removed at any time; work begins with `run`. Two threads do it: one drains the kernel's queue,
/// the other looks at the disk. Both sleep while nothing happens.
public final class FileWatcher: Sendable {
    /// What has changed, for one consumer. The watcher waits where the consumer lags.
    public var events: FileEvents { FileEvents(queue: queue) }
    /// How the watcher is.
    public var health: WatchHealth { board.health }

    /// Whether nothing is being looked at, and the consumer of `events` has dealt with all that was told.
    public var isAtRest: Bool { board.health.isAtRest && queue.isDrained }

    /// The roots as they were last added and removed.
    public var roots: Set<MediaPath> { mailbox.roots }

    let mailbox: WatchMailbox
    private let configuration: WatchConfiguration
    private let queue: EventQueue
    private let board = HealthBoard()

    /// A watcher without roots that is not running.
    ///
    /// - Throws: `outOfResources`.
    public init(configuration: WatchConfiguration = WatchConfiguration()) throws(FileWatchingError) {
        self.configuration = configuration
        let mailbox = try WatchMailbox(backlogCapacity: configuration.backlogCapacity)
        self.mailbox = mailbox
        queue = EventQueue(capacity: configuration.eventCapacity) { mailbox.wake() }
    }

    /// Watches a folder and crawls it; nothing happens where it is watched already. A folder that is not there is
    /// offline until it is.
    ///
    /// `knownDevice`: the device that its files were last seen on, as in their identities. An empty folder on another
    /// device counts as offline: its drive is not mounted.
    ///
    /// - Throws: `overlappingRoots`.
    public func add(root: MediaPath, knownDevice: UInt64? = nil) throws(FileWatchingError) {
        try mailbox.add(root: root, knownDevice: knownDevice)
    }

    /// Stops watching a folder. Nothing is told of it any more, not even that it is gone.
    public func remove(root: MediaPath) { mailbox.remove(root: root) }

    /// Crawls a root again. Requests that come before it has begun are one.
    public func rescan(root: MediaPath) { mailbox.rescan(root: root) }

    /// Works until the task is cancelled; then the stream of events ends. To be called once.
    ///
    /// - Throws: `outOfResources`.
    public func run() async throws {
        defer { queue.finish() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Result<Void, FileWatchingError>, Never>) in
                do throws(FileWatchingError) {
                    _ = try DedicatedThread { [self] in done.resume(returning: work()) }
                } catch {
                    done.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            mailbox.stop()
        }
        try outcome.get()
    }

    /// What the watcher's thread does, from first to last.
    private func work() -> Result<Void, FileWatchingError> {
        Result { () throws(FileWatchingError) in
            let inotify = Result { () throws(InotifyUnavailable) in try Inotify() }
            let reader: KernelReader? =
                if case .success(let inotify) = inotify {
                    try KernelReader(inotify) { [mailbox] in mailbox.deliver($0) }
                } else { nil }
            WatchLoop(
                configuration: configuration, mailbox: mailbox, queue: queue, board: board, inotify: inotify
            ).run()
            reader?.end()
        }
    }
}
