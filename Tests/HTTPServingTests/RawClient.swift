import Foundation
import Glibc

@testable import HTTPServing

/// A client that says exactly what it is told to, on a blocking socket with a deadline.
///
/// Its calls wait on threads of their own: the server under test needs the few that Swift's tasks share.
final class RawClient: Sendable {
    enum Failure: Error { case cannotConnect(Int32), timedOut(sofar: String) }

    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var deadline = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = self.descriptor
        guard withUnixAddress(Array(path.utf8), { connect(descriptor, $0, $1) }) == 0 else {
            throw Failure.cannotConnect(errno)
        }
    }

    deinit { close(descriptor) }

    /// Sends as much as the server takes; whether it was everything.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        await offPool { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    @discardableResult
    func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

    func closeOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the text ends like this; `nil`: until the server closes.
    func receive(until end: String? = nil) async throws -> String {
        try await offPool { [descriptor] in
            var text: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65536)
            while end.map({ !text.suffix($0.utf8.count).elementsEqual($0.utf8) }) ?? true {
                // One byte at a time where the end matters, so that nothing of the next answer is taken.
                let count = recv(descriptor, &piece, end == nil ? piece.count : 1, 0)
                if count < 0, errno == EAGAIN { throw Failure.timedOut(sofar: String(decoding: text, as: UTF8.self)) }
                guard count > 0 else { break }
                text += piece[..<count]
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// One answer with a Content-Length: status line and headers, and the body.
    func response() async throws -> (head: String, body: String) {
        let head = try await receive(until: "\r\n\r\n")
        let fields = head.lowercased().split(separator: "\r\n")
        let length = fields.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        let body = await offPool { [descriptor] in
            var body = [UInt8](repeating: 0, count: length)
            var count = 0
            while count < length {
                let more = body[count...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
                guard more > 0 else { break }
                count += more
            }
            return String(decoding: body[..<count], as: UTF8.self)
        }
        return (head, body)
    }
}

/// Runs what blocks on a thread of its own; Dispatch's are the ones that Swift's tasks run on.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}

/// The same for what cannot fail.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: body()) }.start()
    }
}
