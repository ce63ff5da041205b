import CPlatform
import Glibc

/// Wakes a thread that waits; any number of calls before it looks count as one.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() throws(FileWatchingError) {
        descriptor = platform_new_event_counter()
        guard descriptor >= 0 else { throw WatchSentences.outOfResources("an event descriptor", -descriptor) }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        // Fails only where the counter is full, which wakes as well.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits until signalled or until the time is up; `nil`: without end.
    func wait(atMost time: Duration?) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, Self.milliseconds(time))
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// `poll`'s form of a time, rounded up so that a deadline has passed when we wake.
    private static func milliseconds(_ time: Duration?) -> Int32 {
        guard let time else { return -1 }
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds))
    }
}
