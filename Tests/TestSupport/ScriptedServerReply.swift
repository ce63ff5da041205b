/// What a scripted server does with a connection once it has read the request.
public struct ScriptedServerReply: Sendable {
    /// One thing at a time.
    public enum Step: Sendable {
        /// Bytes, as they are.
        case send([UInt8])
        /// Nothing, until the latch is released; ends the connection where the client leaves or the server stops.
        case hold(ScriptedServerLatch)
        /// Nothing, for this long: only where a test is about time itself.
        case pause(Duration)
        /// The connection breaks; over TCP with a reset.
        case reset
    }

    /// In order; the connection is closed after the last.
    public var steps: [Step]

    /// A reply of these steps.
    public init(_ steps: [Step]) { self.steps = steps }

    /// Bytes that need not be HTTP.
    public static func raw(_ text: String) -> ScriptedServerReply { ScriptedServerReply([.send(Array(text.utf8))]) }

    /// A whole answer.
    public static func whole(
        _ body: String, status: Int = 200, type: String = "application/json", headers: [String] = []
    ) -> ScriptedServerReply {
        let head = [
            "HTTP/1.1 \(status) Scripted", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)",
            "Connection: close",
        ]
        return .raw((head + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// An answer in transfer chunks of `size` bytes, so that their borders fall anywhere.
    public static func chunked(
        _ body: String, every size: Int, type: String = "text/event-stream"
    ) -> ScriptedServerReply {
        var steps: [Step] = [
            .send(
                Array(
                    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        .utf8))
        ]
        let bytes = Array(body.utf8)
        for start in stride(from: 0, to: bytes.count, by: max(1, size)) {
            let chunk = bytes[start..<min(start + max(1, size), bytes.count)]
            steps.append(.send(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)))
        }
        return ScriptedServerReply(steps + [.send(Array("0\r\n\r\n".utf8))])
    }

    /// Server-sent events, one for each text, in transfer chunks of `size` bytes.
    public static func events(_ data: [String], every size: Int = 1 << 16) -> ScriptedServerReply {
        .chunked(data.map { "data: \($0)\n\n" }.joined(), every: size)
    }

    /// The same reply, held after `count` bytes (head included) until the latch is released.
    public func held(after count: Int, until latch: ScriptedServerLatch) -> ScriptedServerReply {
        inserting([.hold(latch)], after: count)
    }

    /// The same reply up to its first `count` bytes, then a broken connection.
    public func reset(after count: Int) -> ScriptedServerReply {
        inserting([.reset], after: count)
    }

    private func inserting(_ inserted: [Step], after count: Int) -> ScriptedServerReply {
        var left = count
        var before: [Step] = []
        for (index, step) in steps.enumerated() {
            guard case .send(let bytes) = step, left < bytes.count else {
                if case .send(let bytes) = step { left -= bytes.count }
                before.append(step)
                continue
            }
            let rest: [Step] = [.send(Array(bytes[left...]))] + steps[(index + 1)...]
            return ScriptedServerReply(before + [.send(Array(bytes[..<left]))] + inserted + rest)
        }
        return ScriptedServerReply(before + inserted)
    }
}
