import Glibc

extension HTTPServingError {
    static func alreadyRunning(_ path: SocketPath) -> HTTPServingError {
        HTTPServingError(
            code: .alreadyRunning,
            message: "Another process already answers on the socket \(path.text).",
            remedy: "Use the one that is running, or stop it first.",
            errno: EADDRINUSE)
    }

    static func pathTooLong(_ text: String, limit: Int) -> HTTPServingError {
        HTTPServingError(
            code: .pathTooLong,
            message: "The path of the socket \(text) is empty, not absolute, or longer than the \(limit) bytes "
                + "that Linux allows.",
            remedy: "Choose a shorter folder for TINTYPE_HOME or XDG_RUNTIME_DIR.",
            errno: ENAMETOOLONG)
    }

    static func unsafeDirectory(_ path: SocketPath) -> HTTPServingError {
        HTTPServingError(
            code: .unsafeDirectory,
            message: "The folder of the socket \(path.text) belongs to another user, is no folder, or others may "
                + "write to it.",
            remedy: "Make it yours alone (chmod 700), or choose another one.",
            errno: EPERM)
    }

    static func cannotListen(_ path: SocketPath, _ step: String, errno: Int32) -> HTTPServingError {
        HTTPServingError(
            code: .cannotListen,
            message:
                "The socket \(path.text) could not be opened: \(step) failed, \(String(cString: strerror(errno))).",
            remedy: "Check that its folder exists, can be written to and lies on a local disk with room left.",
            errno: errno)
    }
}
