import CPlatform
import Glibc

/// Why nothing more can be said over a channel.
public enum ChannelError: Error, Hashable {
    /// The other side is gone.
    case ended
    /// The deadline passed.
    case timedOut
    /// The other side does not speak the protocol; what it sent instead.
    case malformed(String)
    /// The system refused.
    case system(errno: CInt)
}

/// One end of the stream socket between the daemon and a worker. Calls block; the descriptor is the owner's to close.
public struct FrameChannel: Sendable {
    /// The socket, which does not block by itself.
    public let socket: CInt

    /// The channel over a connected stream socket, which is set not to block.
    public init(socket: CInt) {
        self.socket = socket
        _ = platform_set_nonblocking(socket)
    }

    /// Two connected sockets, both closed on exec.
    static func pair() throws(ChannelError) -> (ours: CInt, theirs: CInt) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .system(errno: errno)
        }
        return (ends[0], ends[1])
    }

    /// Sends a frame, and with it open descriptors.
    public func send(_ frame: Frame, descriptors: [CInt] = [], by deadline: Deadline = .never) throws(ChannelError) {
        let bytes = frame.encoded()
        var sent = 0
        var descriptors = descriptors
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                platform_send(
                    socket, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, descriptors, descriptors.count)
            }
            switch Int32(truncatingIfNeeded: -min(count, 0)) {
            case 0:
                sent += count
                descriptors = []
            case EINTR: continue
            case EAGAIN: try wait(for: CInt(POLLOUT), by: deadline)
            case EPIPE, ECONNRESET: throw .ended
            case let number: throw .system(errno: number)
            }
        }
    }

    /// Waits for a whole frame.
    ///
    /// - Parameter most: How many descriptors may come with it. Those beyond are closed: who is not trusted must not fill our
    ///   table of open files.
    /// - Returns: the frame, and the descriptors that came with it, now the caller's to close.
    public func receive(
        limits: Frame.Limits, descriptors most: Int = 0, by deadline: Deadline = .never
    ) throws(ChannelError) -> (frame: Frame, descriptors: [CInt]) {
        var handed: [CInt] = []
        do {
            let prefix = try read(Frame.prefixByteCount, &handed, most: most, by: deadline)
            let lengths = try Frame.announced(by: prefix, limits: limits)
            let table = try read(4 * lengths.blobs, &handed, most: most, by: deadline)
            let blobLengths = try Frame.blobLengths(in: table, limits: limits)
            var frame = Frame(header: try read(lengths.header, &handed, most: most, by: deadline))
            for length in blobLengths { frame.blobs.append(try read(length, &handed, most: most, by: deadline)) }
            return (frame, handed)
        } catch {
            for descriptor in handed { close(descriptor) }
            throw error
        }
    }

    private func read(
        _ count: Int, _ handed: inout [CInt], most: Int, by deadline: Deadline
    ) throws(ChannelError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        var deadline = deadline
        while done < count {
            // Looked at on every pass: a byte now and then is no progress.
            if deadline.isPast, !deadline.extend() { throw .timedOut }
            var room = [CInt](repeating: -1, count: most - handed.count)
            var taken = 0
            let result = bytes.withUnsafeMutableBytes { buffer in
                platform_receive(
                    socket, buffer.baseAddress.map { $0 + done }, count - done, &room, room.count, &taken)
            }
            handed += room.prefix(taken)
            switch Int32(truncatingIfNeeded: -min(result, 0)) {
            case 0 where result == 0: throw .ended
            case 0: done += result
            case EINTR: continue
            case EAGAIN: try wait(for: CInt(POLLIN), by: deadline)
            case ECONNRESET: throw .ended
            case let number: throw .system(errno: number)
            }
        }
        return bytes
    }

    /// Waits until the socket is ready for `events`, or has ended.
    private func wait(for events: CInt, by deadline: Deadline) throws(ChannelError) {
        var entry = pollfd(fd: socket, events: Int16(truncatingIfNeeded: events), revents: 0)
        var deadline = deadline
        while true {
            let ready = poll(&entry, 1, deadline.milliseconds)
            if ready > 0 { return }
            if ready == 0, deadline.isPast, !deadline.extend() { throw .timedOut }
            if ready < 0, errno != EINTR { throw .system(errno: errno) }
        }
    }
}
