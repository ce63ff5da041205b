public import MediaTypes

/// What a catalog has to know of the watched folders. Applied in order, the events make any model of the tree equal to
/// the tree.
///
/// A model that was told nothing yet must accept every case: a directory or file that it does not know is new, one that
/// is to be removed and unknown is no fault. Only media names are told; excluded names and folders never appear.
public enum FileEvent: Hashable, Sendable {
    /// Everything in one directory: what the model holds beside these entries is gone, with all that lies below it.
    ///
    /// A file without an identity is still being written: what the model knows of it stays, and `settled` follows.
    /// `live`: it appeared or changed while we watched, so its files are new rather than backlog.
    case listed(directory: MediaPath, files: [ListedFile], subdirectories: [FileName], live: Bool)
    /// A new or changed file has come to rest.
    case settled(MediaPath, FileIdentity)
    /// A file was renamed; what lay at `to` is replaced. Where the identity is not the one that the model has for
    /// `from`, or the model does not know `from`, the file counts as settled at `to`.
    case fileMoved(from: MediaPath, to: MediaPath, FileIdentity)
    /// A directory was renamed with all that lies below it; what lay at `to` is replaced. A model that does not know
    /// `from` knows the directory empty.
    case directoryMoved(from: MediaPath, to: MediaPath)
    /// A file is gone, or no longer has a media name.
    case fileRemoved(MediaPath)
    /// A directory is gone with all that lies below it, or is excluded from now on.
    case directoryRemoved(MediaPath)
    /// How a root is watched has changed. Nothing below an offline root is told as removed.
    case rootState(MediaPath, RootState)
    /// Every directory below a root has been listed since the crawl began.
    case crawlFinished(root: MediaPath)
    /// The kernel dropped events. Crawls of all roots follow and make the model right again.
    case overflowed
}

/// How a root is watched.
public enum RootState: Hashable, Sendable {
    /// Every directory has a watch of the kernel's.
    case watched
    /// Some or all directories are listed from time to time instead; the reason is a sentence with its remedy.
    case polled(reason: String)
    /// The folder cannot be reached; what is known of it stays. The reason is a sentence.
    case offline(reason: String)
}
