/// One step of a file's way through the pipeline, in order.
public enum JobStage: String, Hashable, Sendable, Codable, CaseIterable {
    /// Hash the file: which content is this? Works on a file, the others on an asset.
    case identity
    /// Kind, size, EXIF, thumbnail, perceptual hash.
    case facts
    /// The words in the picture.
    case words
    /// Caption, tags and text by the engine.
    case description
}

/// Who goes first; within one priority the newest file does.
public enum JobPriority: Int, Hashable, Sendable, Comparable {
    /// A file that appeared while we watched, or that the person asked for.
    case new = 0
    /// A file changed within the last 30 days, found by a crawl.
    case recent = 1
    /// The rest.
    case backlog = 2

    /// A smaller number goes first.
    public static func < (left: JobPriority, right: JobPriority) -> Bool { left.rawValue < right.rawValue }
}

/// Why a job failed: recorded and shown, never a reason to stop the rest.
public struct JobFailure: Error, Hashable, Sendable {
    /// For programs: `damaged`, `unsupported`, `too-large`, `crashed`, `timed-out`, `unreadable`, `engine-…`.
    public var code: String
    /// For people: one sentence that says what is wrong with the file.
    public var message: String
    /// Whether trying again later can help without the file changing.
    public var isTransient: Bool

    /// A failure of these parts.
    public init(code: String, message: String, isTransient: Bool) {
        self.code = code
        self.message = message
        self.isTransient = isTransient
    }
}
