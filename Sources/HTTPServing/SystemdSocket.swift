import Glibc

/// The listening socket that systemd opened for us.
public enum SystemdSocket {
    /// sd_listen_fds(3): the first one that is handed over.
    private static let firstDescriptor: Int32 = 3

    /// Takes the socket that systemd passed on; children will not inherit it, nor see the variables that name it.
    ///
    /// - Returns: `nil` when the process was not started by socket activation, or the descriptor is no listening Unix
    ///   socket.
    public static func inherited() -> UnixListener? {
        defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) } }
        guard isForUs(environment: { getenv($0).map { String(cString: $0) } }), isListening(firstDescriptor),
            fcntl(firstDescriptor, F_SETFD, FD_CLOEXEC) == 0
        else { return nil }
        return UnixListener.inherited(firstDescriptor)
    }

    /// Whether the variables name this process and exactly one socket.
    static func isForUs(environment: (String) -> String?) -> Bool {
        environment("LISTEN_PID").flatMap(Int32.init) == getpid() && environment("LISTEN_FDS") == "1"
    }

    /// Whether this is a Unix stream socket on which clients can be accepted.
    static func isListening(_ descriptor: Int32) -> Bool {
        func option(_ name: Int32) -> Int32? {
            var value: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
        }
        return option(SO_ACCEPTCONN) == 1 && option(SO_DOMAIN) == AF_UNIX
            && option(SO_TYPE) == Int32(SOCK_STREAM.rawValue)
    }
}
