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
    /// Whose fault it is, and so what is tried next.
    public enum Cause: Hashable, Sendable {
        /// The file's: the same bytes will fail again.
        case file
        /// The file's, perhaps: another try may do.
        case chance
        /// The file on disk is not the one that the catalog knows: look what it is now.
        case changed
        /// The file is not there now; the watcher will say what became of it.
        case gone
        /// A helper's (the worker, the engine): no file is to blame, and all wait until it is back.
        case service
    }

    /// For programs: `damaged`, `unsupported`, `too-large`, `crashed`, `timed-out`, `unreadable`, `engine-…`.
    public var code: String
    /// For people: one sentence that says what is wrong with the file.
    public var message: String
    /// Whose fault it is.
    public var cause: Cause

    /// A failure of these parts.
    public init(code: String, message: String, cause: Cause) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}
