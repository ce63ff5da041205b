public import MediaTypes

/// Everything known of a content, or of a file whose content is not known yet.
public struct AssetReport: Sendable {
    /// The content's number; `nil`: it is not hashed yet, or nothing is known at all.
    public var assetID: Int64?
    /// The content's hash.
    public var contentHash: ContentHash?
    /// What the bytes say; `nil`: not read yet.
    public var facts: MediaFacts?
    /// Every file with this content, the one asked for first.
    public var files: [IndexedFile] = []
    /// What was said of it: the person's words first, then the engine's.
    public var descriptions: [StoredDescription] = []
    /// What waits, runs or has failed.
    public var jobs: [QueuedJob] = []
    /// Why it is not indexed, or not wholly yet, as sentences with the remedy; `nil`: it is.
    public var whyNot: String?
}

/// A file as it was when it was last seen.
public struct IndexedFile: Hashable, Sendable {
    /// Its number.
    public var id: Int64
    /// Where it is.
    public var path: MediaPath
    /// What it was.
    public var identity: FileIdentity
}

/// A job as it stands in the queue.
public struct QueuedJob: Hashable, Sendable {
    /// Where a job stands.
    public enum State: String, Hashable, Sendable, Codable { case waiting, running, failed }

    /// What is to be done.
    public var stage: JobStage
    /// Where it stands.
    public var state: State
    /// How soon it is done.
    public var priority: JobPriority
    /// How often it was started.
    public var attempts: Int
    /// It is not started before this, in seconds since 1970; `nil`: it may start at once.
    public var notBefore: Double?
    /// Since when it runs, in seconds since 1970.
    public var since: Double?
    /// Why it failed last.
    public var code: String?
    /// Why it failed last, for people.
    public var message: String?
    /// When it failed for good, in seconds since 1970.
    public var failedAt: Double?
}
