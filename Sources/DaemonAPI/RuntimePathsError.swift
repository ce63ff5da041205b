import Glibc
import MediaTypes

/// Why there is no place for Tintype's things. `message` and `remedy` reach the user word for word.
public struct RuntimePathsError: Error, Hashable, Sendable {
    /// What happened, naming the thing.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    static let noHome = RuntimePathsError(
        message: "There is no home directory: HOME is not set and the password database has none.",
        remedy: "Set HOME, or set TINTYPE_HOME to a folder for everything that Tintype keeps.")

    static let noCurrentDirectory = RuntimePathsError(
        message: "TINTYPE_HOME is relative, and the current directory is gone.",
        remedy: "Set TINTYPE_HOME to an absolute path.")

    static func socketPathTooLong(_ socket: MediaPath) -> RuntimePathsError {
        RuntimePathsError(
            message: "The socket's path \(socket.text) has \(socket.bytes.count) bytes; "
                + "the kernel takes at most \(RuntimePaths.socketPathLimit).",
            remedy: "Set TINTYPE_HOME or XDG_RUNTIME_DIR to a folder with a shorter path.")
    }

    static func foreignDirectory(_ path: MediaPath) -> RuntimePathsError {
        RuntimePathsError(
            message: "\(path.text) belongs to another user, so no socket is put there.",
            remedy: "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.")
    }

    static func cannotMake(_ path: MediaPath, errno code: Int32) -> RuntimePathsError {
        RuntimePathsError(
            message: "The folder \(path.text) cannot be used: \(String(cString: strerror(code))).",
            remedy: "Check that its parent can be written to, or set TINTYPE_HOME to another folder.")
    }
}

extension RuntimePathsError: CustomStringConvertible {
    /// Message and remedy, as a person reads them.
    public var description: String { "\(message) \(remedy)" }
}
