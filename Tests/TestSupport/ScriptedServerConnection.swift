import Glibc

/// One connection: reads a request, follows the script, closes. Lives on a thread of its own.
struct ScriptedServerConnection: Sendable {
    private let descriptor: CInt
    private let session: ScriptedServerSession

    /// More than any test sends.
    private static let requestLimit = 64 << 20

    init(_ descriptor: CInt, session: ScriptedServerSession) {
        self.descriptor = descriptor
        self.session = session
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: CInt = 1
        // Each step leaves at once; a Unix socket has no such option and does so anyway.
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    func serve() {
        if followScript() { shutdown(descriptor, CInt(SHUT_RDWR)) }
        close(descriptor)
    }

    /// Returns whether the connection ends in an orderly way.
    private func followScript() -> Bool {
        guard let request = readRequest() else { return true }
        session.log.record(request)
        for step in session.answer(request).steps {
            switch step {
            case .send(let bytes):
                // A client that has left fails the sending as well as it ends a hold.
                guard send(bytes) else {
                    session.log.recordClientLeft()
                    return true
                }
            case .hold(let latch):
                guard hold(until: latch) else { return true }
            case .pause(let duration):
                guard hold(until: ScriptedServerLatch(), atMost: duration) else { return true }
            case .reset:
                armReset()
                return false
            }
        }
        return true
    }

    private func readRequest() -> ScriptedServerRequest? {
        var bytes: [UInt8] = []
        let emptyLine = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        while headEnd == nil {
            let searchStart = max(0, bytes.count - emptyLine.count)
            guard bytes.count < Self.requestLimit, receive(into: &bytes) else { return nil }
            // A TLS greeting, which has no empty line: answered as servers without TLS do.
            guard bytes.first != 0x16 else {
                _ = send(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8))
                return nil
            }
            headEnd = bytes[searchStart...].indices.first { bytes[$0...].starts(with: emptyLine) }
        }
        guard let headEnd, var request = ScriptedServerRequest(head: String(decoding: bytes[..<headEnd], as: UTF8.self))
        else { return nil }
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        guard length >= 0, length <= Self.requestLimit else { return nil }
        if request.header("expect") != nil { _ = send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        let bodyStart = headEnd + emptyLine.count
        while bytes.count < bodyStart + length {
            guard receive(into: &bytes) else { return nil }
        }
        request.body = Array(bytes[bodyStart..<(bodyStart + length)])
        return request
    }

    private func receive(into bytes: inout [UInt8]) -> Bool {
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        bytes += piece
        return !piece.isEmpty
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Returns whether the script goes on.
    private func hold(until latch: ScriptedServerLatch, atMost limit: Duration? = nil) -> Bool {
        let event = latch.wait(orHangUpOf: descriptor, orStop: session.stopping, atMost: limit)
        if event == .hungUp { session.log.recordClientLeft() }
        return event == .released || event == .timeUp
    }

    /// Closing the socket now resets the connection.
    private func armReset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
}
