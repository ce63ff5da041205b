public import MediaTypes

/// The catalog as the pipeline sees it: leased jobs out, results in, each result in one transaction with its job's end.
public protocol JobStore: Sendable {
    /// Takes the next jobs of these stages that are due, and marks them as running: by priority, then stage, then
    /// newest file first.
    func leaseJobs(stages: Set<JobStage>, limit: Int) async throws -> [IndexingJob]
    /// When the next waiting job of these stages falls due, in seconds since 1970; `nil`: none waits.
    func nextDueTime(stages: Set<JobStage>) async throws -> Double?
    /// Puts a leased job back, its attempt uncounted.
    func returnJob(_ job: IndexingJob, notBefore: Double) async throws
    /// The job's file is not what the catalog thinks: queues `identity` for it, and puts an asset's job back.
    func recheckFile(of job: IndexingJob, notBefore: Double) async throws
    /// Ends `identity`: stores what the file is now, links it to its content, and queues `facts` where that is new.
    func recordIdentity(_ job: IndexingJob, hash: ContentHash, identity: FileIdentity) async throws
    /// Ends `facts`, and queues `words` and `description`.
    func recordFacts(_ job: IndexingJob, facts: MediaFacts) async throws
    /// Ends `words`.
    func recordWords(_ job: IndexingJob, _ reading: FirstLookReading) async throws
    /// Ends `description`: the engine's words take the place of its earlier ones.
    func recordDescription(_ job: IndexingJob, _ descriptions: [Description], provenance: Provenance) async throws
    /// From now on vectors are made by this encoder: those of another one are forgotten.
    func useMeanings(ofEncoder digest: String) async throws
    /// Contents whose texts have no vectors yet, or other texts than their vectors are of: the newest first.
    func assetsWithoutMeaning(limit: Int) async throws -> [AssetTexts]
    /// Stores the vectors of a content's texts, a vector a text; where the texts have changed since, nothing.
    func recordMeaning(of asset: AssetTexts, vectors: [[Float]]) async throws
    /// Records why a job failed: again after `retryAt` (seconds since 1970), or `nil`: never until the file changes.
    func failJob(_ job: IndexingJob, _ failure: JobFailure, retryAt: Double?) async throws
}

/// The worker that decodes files, as the pipeline sees it.
public protocol MediaReading: Sendable {
    /// Whether words can be read at all: without language data their jobs wait, and nothing waits behind them.
    var canReadWords: Bool { get }
    /// Facts and thumbnails of one file.
    func facts(of path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FactsReading
    /// The words in one file, and first tags where models can tell.
    func words(in path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FirstLookReading
    /// One file's picture or frames, encoded for an engine.
    func pictures(of path: MediaPath, identity: FileIdentity, order: PictureOrder)
        async throws(JobFailure) -> [EncodedPicture]
}

/// The sentence encoder, as the pipeline sees it.
public protocol MeaningEncoding: Sendable {
    /// Whether there is one: without it contents are found by words alone.
    var canEncode: Bool { get }
    /// What tells its vectors from those of another encoder, with which they do not compare.
    var digest: String { get }
    /// A vector for each text; empty where a text says nothing.
    func vectors(of texts: [String]) async throws(JobFailure) -> [[Float]]
}

/// The engine, as the pipeline sees it.
public protocol PictureDescribing: Sendable {
    /// Whether there is an engine at all: without one descriptions wait, and nothing waits behind them.
    var isSetUp: Bool { get }
    /// How the engine wants this one's pictures.
    func order(for facts: MediaFacts) -> PictureOrder
    /// Caption, tags and text of one picture, or of a video's frames.
    func describe(_ pictures: [EncodedPicture], of facts: MediaFacts)
        async throws(JobFailure) -> (descriptions: [Description], provenance: Provenance)
}
