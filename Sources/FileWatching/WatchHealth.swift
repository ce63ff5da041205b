public import MediaTypes

/// How the watcher is, for `status` and `doctor`.
public struct WatchHealth: Sendable {
    /// Whether the watcher has begun its work and not ended it.
    public var isRunning = false
    /// Watches of the kernel's in use.
    public var watches = 0
    /// How many may be used.
    public var watchLimit = 0
    /// The directories known.
    public var directories = 0
    /// Those of them that are listed from time to time for want of a watch.
    public var polledDirectories = 0
    /// Directories that we may not read.
    public var unreadableDirectories = 0
    /// How often the kernel, or we, dropped events, so that everything was crawled again.
    public var overflows = 0
    /// When the kernel's last event was handled, in seconds since 1970.
    public var lastEventAt: Double?
    /// How each root is watched.
    public var roots: [MediaPath: RootState] = [:]
    /// Files that wait to settle.
    public var settlingFiles = 0
    /// Directories that wait to be listed.
    public var waitingDirectories = 0
    /// Halves of renames that wait for the other, and looks that were put off.
    public var heldDecisions = 0
    /// The last 1,024 events of the kernel's, oldest first.
    public var recentEvents: [RecordedEvent] = []

    /// Whether nothing waits to be decided: the events given out so far describe the folders as they are.
    public var isAtRest: Bool {
        isRunning && settlingFiles == 0 && waitingDirectories == 0 && heldDecisions == 0
    }
}

/// One event of the kernel's, kept for `doctor`.
public struct RecordedEvent: Hashable, Sendable {
    /// When it was handled, in seconds since 1970.
    public var at: Double
    /// What happened, as the kernel calls it: "create", "close-write", "moved-from", …
    public var kind: String
    /// Whether it happened to a directory.
    public var isDirectory: Bool
    /// What it happened to; `nil`: a directory that is no longer watched, or no directory at all.
    public var path: MediaPath?
    /// What ties the halves of a rename together; nought elsewhere.
    public var cookie: UInt32
}
