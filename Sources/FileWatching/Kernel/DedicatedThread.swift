import Glibc

/// A thread for blocking work, outside Swift's pool.
struct DedicatedThread {
    private let handle: pthread_t

    /// Starts a thread that does `work` and ends.
    init(_ work: @escaping @Sendable () -> Void) throws(FileWatchingError) {
        let box = Unmanaged.passRetained(Work(work))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().work() }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw WatchSentences.outOfResources("a thread", code)
        }
        self.handle = handle
    }

    /// Waits for the thread to end.
    func join() { pthread_join(handle, nil) }

    private final class Work: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
}
