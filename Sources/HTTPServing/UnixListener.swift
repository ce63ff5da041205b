import Glibc
import Synchronization

/// A listening Unix socket that only its owner can reach.
///
/// The kernel queues clients from the moment it exists, so a daemon may open it first and answer when it is ready.
public final class UnixListener: Sendable {
    private struct State {
        /// Ours until the server takes it.
        var descriptor: Int32?
        var lock: Int32?
    }

    /// As many clients as the kernel keeps waiting.
    private static let backlog: Int32 = 128

    private let path: SocketPath?
    private let state: Mutex<State>

    private init(path: SocketPath?, descriptor: Int32, lock: Int32?) {
        self.path = path
        state = Mutex(State(descriptor: descriptor, lock: lock))
    }

    deinit { close() }

    /// Opens the socket at this path, in a directory of mode 0700 that is made where it is missing.
    ///
    /// A socket that a killed process left behind is replaced; the path of one that answers is refused, and so is a
    /// path that another listener of ours holds the lock of (`PATH.lock`).
    public static func bind(path bytes: [UInt8]) throws(HTTPServingError) -> UnixListener {
        let path = try SocketPath(bytes)
        try secureDirectory(of: path)
        let lock = try takeLock(of: path)
        do throws(HTTPServingError) {
            guard !isAnswered(path) else { throw HTTPServingError.alreadyRunning(path) }
            _ = withCString(path.bytes, unlink)
            return UnixListener(path: path, descriptor: try listen(at: path), lock: lock)
        } catch {
            _ = Glibc.close(lock)
            throw error
        }
    }

    /// Opens the socket at this path.
    public static func bind(path: String) throws(HTTPServingError) -> UnixListener {
        try bind(path: Array(path.utf8))
    }

    /// Takes over a listening socket that somebody else opened, as systemd does; its file stays when it is closed.
    public static func inherited(_ descriptor: Int32) -> UnixListener {
        UnixListener(path: nil, descriptor: descriptor, lock: nil)
    }

    /// Closes what is still ours, and takes the socket's file away unless it was inherited.
    public func close() {
        let (descriptor, lock) = state.withLock { state in
            defer { state = State() }
            return (state.descriptor, state.lock)
        }
        if let descriptor { _ = Glibc.close(descriptor) }
        // While the lock is held the file at the path is ours, so it cannot be somebody else's that goes.
        guard let lock, let path else { return }
        _ = withCString(path.bytes, unlink)
        _ = Glibc.close(lock)
    }

    /// Hands the descriptor over to whoever accepts on it, and closes it. Traps when it is gone already.
    func takeDescriptor() -> Int32 {
        state.withLock { state in
            guard let descriptor = state.descriptor else { preconditionFailure("a listener was served twice") }
            state.descriptor = nil
            return descriptor
        }
    }
}

extension UnixListener {
    private static func secureDirectory(of path: SocketPath) throws(HTTPServingError) {
        if withCString(path.directory, { mkdir($0, 0o700) }) != 0, errno != EEXIST {
            throw .cannotListen(path, "making its folder", errno: errno)
        }
        var status = stat()
        guard withCString(path.directory, { lstat($0, &status) }) == 0 else {
            throw .cannotListen(path, "reading its folder", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw .unsafeDirectory(path)
        }
    }

    /// Two daemons that start at once must not both find the socket stale; the kernel drops the lock with its holder.
    private static func takeLock(of path: SocketPath) throws(HTTPServingError) -> Int32 {
        let lock = withCString(path.appending(".lock")) { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard lock >= 0 else { throw .cannotListen(path, "making its lock", errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            _ = Glibc.close(lock)
            throw reason == EWOULDBLOCK ? .alreadyRunning(path) : .cannotListen(path, "locking", errno: reason)
        }
        return lock
    }

    /// Whether somebody listens: systemd, for one, takes no lock.
    private static func isAnswered(_ path: SocketPath) -> Bool {
        let probe = socket(AF_UNIX, unixStream, 0)
        guard probe >= 0 else { return false }
        defer { _ = Glibc.close(probe) }
        return path.withAddress { connect(probe, $0, $1) } == 0 || errno == EAGAIN
    }

    private static func listen(at path: SocketPath) throws(HTTPServingError) -> Int32 {
        let descriptor = socket(AF_UNIX, unixStream, 0)
        guard descriptor >= 0 else { throw .cannotListen(path, "socket", errno: errno) }
        // On Linux the file gets the mode that the socket has, so it is never more open than this, not for a moment,
        // and no other thread sees a changed umask.
        for (step, isDone) in [
            ("fchmod", { fchmod(descriptor, 0o600) == 0 }),
            ("bind", { path.withAddress { Glibc.bind(descriptor, $0, $1) } == 0 }),
            ("listen", { Glibc.listen(descriptor, backlog) == 0 }),
        ] where !isDone() {
            let reason = errno
            _ = Glibc.close(descriptor)
            throw .cannotListen(path, step, errno: reason)
        }
        return descriptor
    }

    /// A non-blocking stream that children do not inherit: a probe must not hang where the queue is full.
    private static var unixStream: Int32 {
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    }
}
