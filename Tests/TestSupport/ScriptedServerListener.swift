import Glibc
import MediaTypes

/// A listening socket; closed, and a Unix socket's file removed, when nobody holds it any longer.
final class ScriptedServerListener: Sendable {
    let descriptor: CInt
    let url: String
    private let socketPath: MediaPath?

    init(_ place: ScriptedServer.Place) throws {
        switch place {
        case .loopback:
            socketPath = nil
            descriptor = try Self.openSocket(AF_INET)
            url = "http://127.0.0.1:\(try Self.bindToLoopback(descriptor))"
        case .unixSocket(let path):
            socketPath = path
            descriptor = try Self.openSocket(AF_UNIX)
            url = "unix:\(path.text)"
            try Self.bind(descriptor, to: path)
        }
        guard listen(descriptor, 64) == 0 else { throw ScriptedServerError(call: "listen") }
    }

    deinit {
        close(descriptor)
        _ = socketPath?.withCString { unlink($0) }
    }

    private static func openSocket(_ family: CInt) throws -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ScriptedServerError(call: "socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func bindToLoopback(_ descriptor: CInt) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard status else { throw ScriptedServerError(call: "bind to loopback") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func bind(_ descriptor: CInt, to path: MediaPath) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ScriptedServerError(call: "bind: the path is too long: \(path.text)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.bytes) }
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw ScriptedServerError(call: "bind to \(path.text)") }
    }
}

/// A call that the scripted server made and that the system refused.
public struct ScriptedServerError: Error, CustomStringConvertible {
    /// The call and the system's reason.
    public let description: String

    init(call: String) { description = "\(call) failed: \(String(cString: strerror(errno)))" }
}
