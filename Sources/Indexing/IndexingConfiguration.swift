/// How the pipeline is run.
public struct IndexingConfiguration: Sendable {
    /// Files that are decoded or read for words at a time: one a worker process.
    public var mediaConcurrency = 2
    /// Pictures that the engine is asked about at a time.
    public var descriptionConcurrency = 1
    /// The defaults.
    public init() {}
}
