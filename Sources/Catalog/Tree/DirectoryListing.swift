public import MediaTypes

/// Everything that is worth knowing in one directory, as a crawl found it.
public struct DirectoryListing: Sendable {
    /// The directory.
    public var directory: MediaPath
    /// Its files that may be media.
    public var files: [ListedFile]
    /// Its directories that are looked into.
    public var subdirectories: [FileName]

    /// A listing of these entries.
    public init(directory: MediaPath, files: [ListedFile], subdirectories: [FileName]) {
        self.directory = directory
        self.files = files
        self.subdirectories = subdirectories
    }
}

/// How a file came to notice, which says how soon it is looked at.
public enum Discovery: Sendable {
    /// It appeared while we watched.
    case live
    /// It was there when we came.
    case crawl
}

/// What a change to the tree amounted to.
public struct TreeChange: Hashable, Sendable {
    /// Files that were not known.
    public var added = 0
    /// Files that are another than they were.
    public var changed = 0
    /// Files that are gone.
    public var removed = 0

    /// No change.
    public init() {}

    /// Whether nothing is different.
    public var isEmpty: Bool { self == TreeChange() }
}
