public import MediaTypes

/// How a watched folder is looked after.
public enum RootState: String, Hashable, Sendable, Codable {
    /// The kernel tells of changes.
    case watched
    /// It is crawled now and then: its file system tells nothing, or there are no watches left.
    case polled
    /// It is not there at the moment; nothing of it is forgotten.
    case offline
}

/// A watched folder.
public struct Root: Hashable, Sendable {
    /// Where it is.
    public var path: MediaPath
    /// How it is looked after.
    public var state: RootState
    /// How many files are known in it.
    public var fileCount: Int
    /// The device that most of its files were last seen on; `nil`: it has none.
    public var device: UInt64?
}

/// What `addRoot` did.
public enum RootAddition: Hashable, Sendable {
    /// It is watched now; the roots named here lie inside it and became part of it.
    case added(absorbed: [MediaPath])
    /// It lies inside this root (or is it), which is watched already.
    case alreadyInside(MediaPath)
}
