import Glibc
import MediaTypes

/// Whether anyone listens on a Unix socket.
enum SocketProbe: Hashable {
    /// Somebody does.
    case listening
    /// Nobody does: there is no socket, or one that a dead daemon left behind.
    case nobody
    /// It cannot be told, for this reason (errno).
    case failed(Int32)

    /// Tries to connect to this socket, and hangs up at once.
    init(_ socket: MediaPath) {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            self = .failed(errno)
            return
        }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { field in
            guard socket.bytes.count < field.count else { return false }
            field.copyBytes(from: socket.bytes)
            return true
        }
        guard fits else {
            self = .failed(ENAMETOOLONG)
            return
        }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard !connected else {
            self = .listening
            return
        }
        let reason = errno
        self = reason == ENOENT || reason == ECONNREFUSED || reason == ENOTDIR ? .nobody : .failed(reason)
    }
}
