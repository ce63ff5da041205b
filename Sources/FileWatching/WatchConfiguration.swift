/// The watcher's settings, each with its default.
public struct WatchConfiguration: Sendable {
    /// A file is settled after this long without an event, its size and times steady.
    public var settleTime: Duration = .seconds(2)
    /// A file that keeps changing doubles its settle time up to this.
    public var longestSettleTime: Duration = .seconds(60)
    /// How long a file that has settled is remembered as one that may keep changing.
    public var settleMemory: Duration = .seconds(120)
    /// How long the first half of a rename waits for the second before it counts as a removal.
    public var renameHold: Duration = .seconds(1)
    /// Directories without a watch are listed this often.
    public var pollInterval: Duration = .seconds(60)
    /// Roots are looked for this often, to see that one is gone or back.
    public var presenceInterval: Duration = .seconds(5)
    /// Folders that a marker file excludes are looked at this often, since they have no watch that would tell.
    public var markerInterval: Duration = .seconds(10)
    /// At most this many watches; `nil`: half of what the kernel allows the user, so that other programs keep theirs.
    public var watchLimit: Int?
    /// What the person excludes, beside the built-in rules: globs as `ExclusionRules` reads them.
    public var excluded: [String] = []
    /// Whether files and folders whose names open with a dot are looked at.
    public var includesHidden = false
    /// The events, counted by the entries they carry, that may wait for the consumer before the watcher waits for it.
    public var eventCapacity = 4_096
    /// The files that may wait to settle; directories with more are listed again instead.
    public var settlingCapacity = 20_000
    /// The kernel's records that may wait to be decided; beyond it the roots are crawled again.
    public var backlogCapacity = 65_536

    /// The defaults.
    public init() {}
}
