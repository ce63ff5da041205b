import Glibc

/// Tries what a sandboxed decoder must not be able to do.
enum SandboxProbe {
    /// What worked although it should not have, in words; empty: the sandbox holds.
    static func leaks() -> [String] {
        var leaks: [String] = []
        if canOpen("/etc/passwd", O_RDONLY) { leaks.append("read a file") }
        if canOpen("/tmp", O_RDONLY | O_DIRECTORY) { leaks.append("list a directory") }
        if canOpen("/dev/null", O_WRONLY) { leaks.append("open a file for writing") }
        if canConnect() { leaks.append("open a connection") }
        if canStartProgram() { leaks.append("start a program") }
        return leaks
    }

    private static func canOpen(_ path: String, _ flags: CInt) -> Bool {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    /// Port 9 of this machine: nobody listens there, and being refused by nobody counts as having got out.
    private static func canConnect() -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno != EPERM && errno != EACCES }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(9).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return status == 0 || (errno != EPERM && errno != EACCES)
    }

    /// A program that is not there: told so, we were let through.
    private static func canStartProgram() -> Bool {
        var arguments: [UnsafeMutablePointer<CChar>?] = [nil]
        execve("/nonexistent/program", &arguments, &arguments)
        return errno != EPERM && errno != EACCES
    }
}
