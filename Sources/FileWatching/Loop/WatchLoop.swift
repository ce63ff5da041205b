import MediaTypes

/// The watcher at work: takes the kernel's records, looks at the disk, and tells what has changed.
///
/// A record says only where to look. What is told is what is found there at that moment, in a directory that was opened
/// and proved to be the one meant; so it does not matter how late the look comes, or how often. Renames alone are taken
/// at the kernel's word, since no look can show them. Confined to the thread that runs it.
final class WatchLoop {
    /// What is known of a root.
    struct Root {
        /// Its directory; `nil`: offline.
        var node: NodeID?
        var state: RootState?
        /// The device that its files were last seen on.
        var knownDevice: UInt64?
    }

    let configuration: WatchConfiguration
    let rules: ExclusionRules
    let mailbox: WatchMailbox
    let queue: EventQueue
    let board: HealthBoard
    /// `nil`: the system gave none, and everything is polled for this reason.
    let inotify: Inotify?
    let noInotifyReason: String
    let watchLimit: Int

    var tree = WatchTree()
    var gate: SettleGate
    var renames: RenamePairing
    var crawls = CrawlQueue()
    /// Places of directories that were missed, to be looked at once a rename has had time to explain it.
    var suspects = DeadlineQueue<Place>()
    /// Directories that are to be listed again later.
    var relists = DeadlineQueue<NodeID>()
    var roots: [MediaPath: Root] = [:]
    /// Directories without a watch.
    var polled: Set<NodeID> = []
    var unreadable: Set<NodeID> = []
    /// Mount points below a root whose file system is gone: what is known of them stays.
    var unmounted: Set<NodeID> = []
    /// Whether a device lies on another machine.
    var remoteDevices: [UInt64: String?] = [:]
    var nextPresence: Duration = .zero
    var nextPoll: Duration = .zero
    var nextMarkers: Duration = .zero
    var overflows = 0
    var lastEventAt: Double?

    init(
        configuration: WatchConfiguration, mailbox: WatchMailbox, queue: EventQueue, board: HealthBoard,
        inotify: Result<Inotify, InotifyUnavailable>
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.queue = queue
        self.board = board
        switch inotify {
        case .success(let inotify):
            self.inotify = inotify
            noInotifyReason = ""
        case .failure(let failure):
            self.inotify = nil
            noInotifyReason = WatchSentences.noInotify(failure.code, interval: configuration.pollInterval)
        }
        rules = ExclusionRules(excluded: configuration.excluded, includesHidden: configuration.includesHidden)
        watchLimit = configuration.watchLimit ?? Inotify.fairWatchLimit()
        gate = SettleGate(
            settleTime: configuration.settleTime, longest: configuration.longestSettleTime,
            memory: configuration.settleMemory)
        renames = RenamePairing(hold: configuration.renameHold)
    }

    var now: Duration { WatchClock.now() }

    /// Works until told to stop.
    func run() {
        while true {
            let hasRoom = queue.hasRoom()
            let mail = mailbox.take(withRecords: hasRoom)
            if mail.isStopped { return board.show(WatchHealth()) }
            mail.commands.forEach(obey)
            handle(mail.records)
            let hasMore = hasRoom && doNextWork()
            showHealth()
            if hasMore || !mail.records.isEmpty { continue }
            // Without room the consumer wakes us.
            mailbox.wait(atMost: hasRoom ? timeToDeadline() : nil)
        }
    }

    /// Everything that is due, and one directory of a crawl. Returns whether a crawl has more to do.
    private func doNextWork() -> Bool {
        let now = now
        while let half = renames.popExpired(now) { look(at: half.place) }
        settleDue(now)
        if now >= nextPresence { checkPresence(now) }
        if now >= nextPoll { pollDirectories(now) }
        if now >= nextMarkers { checkMarkers(now) }
        while let node = relists.popDue(now) {
            crawls.push(CrawlTask(node: node, isRecursive: false, cause: .live))
        }
        if let task = crawls.pop() {
            list(task)
            finish(task)
            return true
        }
        // Only now: the crawl may find a directory that was missed in one place under another name.
        while let place = suspects.popDue(now) { look(at: place) }
        return crawls.count > 0
    }

    private func timeToDeadline() -> Duration? {
        var deadlines = [
            gate.nextDeadline(), renames.nextDeadline(), suspects.nextDeadline(), relists.nextDeadline(),
        ].compactMap { $0 }
        if !roots.isEmpty { deadlines.append(nextPresence) }
        if !polled.isEmpty { deadlines.append(nextPoll) }
        if !tree.marked.isEmpty { deadlines.append(nextMarkers) }
        return deadlines.min().map { max(.zero, $0 - now) }
    }

    func emit(_ event: FileEvent) { queue.send(event) }

    func showHealth() {
        var health = WatchHealth()
        health.isRunning = true
        health.watches = tree.watchCount
        health.watchLimit = watchLimit
        health.directories = tree.count
        health.polledDirectories = polled.count
        health.unreadableDirectories = unreadable.count
        health.overflows = overflows
        health.lastEventAt = lastEventAt
        health.roots = roots.compactMapValues(\.state)
        health.settlingFiles = gate.count
        health.waitingDirectories = crawls.count + relists.count
        health.heldDecisions = renames.count + suspects.count
        board.show(health)
    }
}
