import Glibc
import MediaTypes

/// What the watcher says to people.
enum WatchSentences {
    static func overlap(_ root: MediaPath, _ other: MediaPath) -> FileWatchingError {
        let relation = root.isInside(other) ? "lies inside" : "contains"
        return FileWatchingError(
            code: .overlappingRoots,
            message: "The folder \(root.text) \(relation) \(other.text), which is watched already.",
            remedy: root.isInside(other)
                ? "Nothing needs to be added." : "Remove \(other.text) first, then add \(root.text).")
    }

    static func outOfResources(_ what: String, _ code: Int32) -> FileWatchingError {
        FileWatchingError(
            code: .outOfResources, message: "The watcher could not get \(what): \(text(of: code)).",
            remedy: "Raise the limits of the service (LimitNOFILE, TasksMax), or end other programs.")
    }

    static func watchLimit(_ limit: Int, interval: Duration) -> String {
        "The \(limit) inotify watches that Tintype may use are spent, so some folders are looked at every "
            + "\(interval.components.seconds) s instead. Raise the limit: sudo sysctl fs.inotify.max_user_watches="
            + "\(max(524_288, limit * 4))"
    }

    static func noInotify(_ code: Int32, interval: Duration) -> String {
        "The system gave no inotify descriptor (\(text(of: code))), so folders are looked at every "
            + "\(interval.components.seconds) s instead. Raise the limit: sudo sysctl fs.inotify.max_user_instances=512"
    }

    static func remote(_ kind: String, interval: Duration) -> String {
        "It lies on a network file system (\(kind)), which does not tell of changes made elsewhere, so it is looked at "
            + "every \(interval.components.seconds) s."
    }

    static let missing = "The folder is not there: it was removed, renamed, or its drive is not mounted."
    static let unmounted = "The folder is empty and its drive is not mounted."
    static func unreadable(_ code: Int32) -> String { "The folder cannot be read: \(text(of: code))." }
    static func sameFolder(_ other: MediaPath) -> String { "It is the same folder as \(other.text)." }

    /// The C library's words for an error.
    private static func text(of code: Int32) -> String {
        guard let words = strerror(code) else { return "error \(code)" }
        return String(cString: words)
    }
}
