/// A job as it is handed to whoever works on it: the row, and where its file lies.
public struct IndexingJob: Hashable, Sendable {
    /// The job's row.
    public var id: Int64
    /// What to do.
    public var stage: JobStage
    /// A file with the content in question. An asset's jobs get any one of its files.
    public var path: MediaPath
    /// The file as it was when it was last seen; the worker checks that it still is.
    public var identity: FileIdentity
    /// The asset; `nil` only in the stage `identity`.
    public var assetID: Int64?
    /// The content's hash, where it is known.
    public var contentHash: ContentHash?
    /// What the stage `facts` found, where it has run.
    public var facts: MediaFacts?
    /// How many times it was started, this one included.
    public var attempts: Int

    /// A job of these parts.
    public init(
        id: Int64, stage: JobStage, path: MediaPath, identity: FileIdentity, assetID: Int64? = nil,
        contentHash: ContentHash? = nil, facts: MediaFacts? = nil, attempts: Int = 1
    ) {
        self.id = id
        self.stage = stage
        self.path = path
        self.identity = identity
        self.assetID = assetID
        self.contentHash = contentHash
        self.facts = facts
        self.attempts = attempts
    }
}

/// An entry of a directory's listing.
public struct ListedFile: Hashable, Sendable {
    /// The entry's name.
    public var name: FileName
    /// Its identity when it was listed; `nil`: it is still being written and will be reported when it has settled.
    public var identity: FileIdentity?

    /// An entry of this name and identity.
    public init(name: FileName, identity: FileIdentity?) {
        self.name = name
        self.identity = identity
    }
}
