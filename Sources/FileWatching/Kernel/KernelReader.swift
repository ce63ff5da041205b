import Glibc

/// The thread that drains the kernel's queue. It decodes and hands over; it never looks at a file.
struct KernelReader {
    private let stop: WakeUp
    private let thread: DedicatedThread

    /// Starts draining into `deliver`, which is called with one read's records at a time.
    init(_ inotify: Inotify, deliver: @escaping @Sendable ([KernelRecord]) -> Void) throws(FileWatchingError) {
        let stop = try WakeUp()
        self.stop = stop
        thread = try DedicatedThread {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while Self.waitForRecords(inotify, stop) {
                while let records = Self.drain(inotify, into: &buffer) { deliver(records) }
            }
        }
    }

    /// Ends the thread and waits for it.
    func end() {
        stop.signal()
        thread.join()
    }

    /// Whether there are records to read; `false`: we are to stop.
    private static func waitForRecords(_ inotify: Inotify, _ stop: WakeUp) -> Bool {
        var requests = [
            pollfd(fd: inotify.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&requests, 2, -1) < 0, errno == EINTR {}
        return requests[1].revents == 0
    }

    /// The next records; `nil`: the queue is dry.
    private static func drain(_ inotify: Inotify, into buffer: inout [UInt8]) -> [KernelRecord]? {
        buffer.withUnsafeMutableBytes { buffer in
            let count = read(inotify.descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? KernelRecord.records(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
        }
    }
}
