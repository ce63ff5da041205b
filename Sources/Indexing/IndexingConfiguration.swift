/// How the pipeline is run.
public struct IndexingConfiguration: Sendable {
    /// Files that are decoded or read for words at a time: one a worker process.
    public var mediaConcurrency = 2
    /// Pictures that the engine is asked about at a time; 0: there is no engine, and descriptions wait.
    public var descriptionConcurrency = 0
    /// The longest side of a picture sent to the engine, in pixels; the engine's settings say how much it looks at.
    public var pictureLongSide = 1344
    /// At most this many frames of a video are sent to the engine; as its settings say.
    public var videoFrames = 8

    /// The defaults.
    public init() {}
}
