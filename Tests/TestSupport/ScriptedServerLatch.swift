import Glibc
import Synchronization

/// Something that has not happened yet, and then has: what a scripted answer is held back for.
public final class ScriptedServerLatch: Sendable {
    /// Why a wait ended.
    enum Event { case released, readable, hungUp, stopped, timeUp }

    private let readEnd: CInt
    private let writeEnd: CInt

    /// A latch that is closed.
    public init() {
        var ends: [CInt] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe for the scripted server: errno \(errno)")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Opens the latch, for good.
    public func release() {
        // The byte is never read, so the pipe stays readable. A full pipe was released often enough.
        _ = write(writeEnd, [1], 1)
    }

    /// Waits for the latch, or until a listening socket has a connection.
    func wait(orReadable descriptor: CInt) -> Event {
        Self.poll([(readEnd, POLLIN, .released), (descriptor, POLLIN, .readable)])
    }

    /// Waits for the latch, until the client hangs up, until the server stops, or until the time is up.
    func wait(orHangUpOf client: CInt, orStop stopping: ScriptedServerLatch, atMost limit: Duration?) -> Event {
        // POLLRDHUP, which <poll.h> shows only to GNU sources: the client has closed its side.
        let hangUp: CInt = 0x2000
        let entries: [(CInt, CInt, Event)] = [
            (stopping.readEnd, POLLIN, .stopped), (client, hangUp, .hungUp), (readEnd, POLLIN, .released),
        ]
        return Self.poll(entries, atMost: limit)
    }

    private static func poll(
        _ entries: [(descriptor: CInt, events: CInt, event: Event)], atMost limit: Duration? = nil
    ) -> Event {
        let milliseconds = limit.map { CInt($0 / .milliseconds(1)) } ?? -1
        var polled = entries.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
        while true {
            let count = Glibc.poll(&polled, nfds_t(polled.count), milliseconds)
            if count > 0, let index = polled.firstIndex(where: { $0.revents != 0 }) { return entries[index].event }
            if count == 0 { return .timeUp }
            precondition(count > 0 || errno == EINTR, "poll failed: errno \(errno)")
        }
    }
}
