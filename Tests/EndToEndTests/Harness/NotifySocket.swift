import Foundation
import Glibc

/// Stands in for systemd: hears a service say that it is ready.
final class NotifySocket: Sendable {
    struct NeverReady: Error {}

    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Returns once the service is ready; throws where it ends before that.
    func waitUntilReady(of service: Process) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            Thread { [self] in
                while service.isRunning {
                    var message = [UInt8](repeating: 0, count: 512)
                    let count = recv(descriptor, &message, message.count, 0)
                    let text = String(decoding: message[..<max(count, 0)], as: UTF8.self)
                    if text.split(separator: "\n").contains("READY=1") { return done.resume() }
                }
                done.resume(throwing: NeverReady())
            }.start()
        }
    }
}
