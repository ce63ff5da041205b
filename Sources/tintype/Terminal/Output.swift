import Glibc
import Synchronization

/// Where bytes go: standard output or standard error. Collects what is written and hands it on in large pieces.
final class Output: Sendable {
    /// The reader has gone: there is nobody left to write for, which is no failure.
    struct BrokenPipe: Error {}

    /// Whether a person reads this directly.
    let isTerminal: Bool
    private let descriptor: Int32
    private let waiting = Mutex<[UInt8]>([])
    private static let pieceSize = 1 << 16

    /// The output behind this descriptor, which stays open.
    init(descriptor: Int32, isTerminal: Bool) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal
    }

    /// The output behind this descriptor.
    convenience init(descriptor: Int32) { self.init(descriptor: descriptor, isTerminal: isatty(descriptor) == 1) }

    /// Writes these bytes, at the latest with the next `flush`.
    func write(_ bytes: some Sequence<UInt8>) throws {
        let isFull = waiting.withLock { waiting in
            waiting.append(contentsOf: bytes)
            return waiting.count >= Self.pieceSize
        }
        if isFull { try flush() }
    }

    /// Hands over all that was written.
    func flush() throws {
        let bytes = waiting.withLock { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw BrokenPipe()
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if errno != EINTR {
                throw CommandFailure(
                    message: "The output could not be written: \(String(cString: strerror(errno))).",
                    remedy: "Check the disk that the output goes to.")
            }
        }
    }
}
