import CKernels
import Glibc
import Synchronization

/// Fixed threads that share the work of one kernel.
///
/// Work is cut into parts whose number and bounds follow from the shapes alone, and each part is computed whole by one
/// thread: so the bits of a result do not depend on how many threads there are. A thread takes parts that follow each other,
/// since what they read does too, and memory is fast only in long streams; done with its own, it takes of the others'. Between kernels threads look out for a
/// tenth of a millisecond, then sleep.
///
/// One kernel runs at a time: a second one waits. `run` is never called from inside a part.
public final class ComputePool: Sendable {
    /// How many threads compute, the caller's own among them.
    public let threads: Int
    private let board: WorkBoard
    /// Held while a kernel runs: free, it costs some 20 ns.
    private let turn = Mutex(())
    /// What kernels do on it; `nil`: nobody asks.
    let clock: OperationClock?

    /// A pool of this many threads, at least one; `clock` is told what they do.
    ///
    /// - Traps where the system gives no thread: nothing of the engine works then.
    public init(threads: Int, clock: OperationClock? = nil) {
        precondition(threads > 0, "a pool of \(threads) threads")
        self.threads = threads
        self.clock = clock
        board = WorkBoard(workers: threads)
        for worker in 1..<threads { WorkerThread.start(worker, at: board) }
    }

    deinit { board.close() }

    /// Calls `part` once for each of `count` parts, on all threads, and returns when all are done. `worker` tells the
    /// calling threads apart, for memory of their own.
    package func run(_ count: Int, _ part: (_ index: Int, _ worker: Int) -> Void) {
        guard count > 0 else { return }
        turn.withLock { _ in
            guard count > 1, threads > 1 else {
                for index in 0..<count { part(index, 0) }
                return
            }
            // Workers see the closure by its address: one that kept a reference past its last part would outlive this call.
            withoutActuallyEscaping(part) { part in withUnsafePointer(to: part) { board.share(count, $0) } }
        }
    }

    /// Memory of one worker for `count` numbers, its content undefined. Holds until the worker asks again.
    func scratch(_ worker: Int, count: Int) -> UnsafeMutablePointer<Float> { board.places[worker].reserve(count) }
}

/// What the threads of a pool agree on.
///
/// Sendable by `round` and `working`: what a round computes is written before its number is, and stays until nobody works on
/// it any more; each place's memory belongs to one worker.
private final class WorkBoard: @unchecked Sendable {
    let places: [WorkerPlace]
    private let round = Atomic<Int>(0)
    private let working = Atomic<Int>(0)
    /// Threads that sleep, or are about to, until `changed`.
    private let sleepers = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private var count = 0
    private var part: UnsafePointer<(Int, Int) -> Void>?
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Looks before a thread goes to sleep, each some tens of nanoseconds: kernels follow each other within microseconds, and
    /// waking a thread takes fifty.
    private static let patience = 4000

    init(workers: Int) {
        places = (0..<workers).map { _ in WorkerPlace() }
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
    }

    func share(_ count: Int, _ part: UnsafePointer<(Int, Int) -> Void>) {
        self.count = count
        self.part = part
        for (worker, place) in places.enumerated() {
            place.next.store(count * worker / places.count, ordering: .relaxed)
        }
        working.store(places.count - 1, ordering: .relaxed)
        round.wrappingAdd(1, ordering: .sequentiallyConsistent)
        wakeSleepers()
        takeParts(of: count, part, worker: 0)
        wait { working.load(ordering: .sequentiallyConsistent) == 0 }
        self.part = nil
    }

    func work(as worker: Int) {
        var seen = 0
        while true {
            wait {
                round.load(ordering: .sequentiallyConsistent) != seen
                    || isClosed.load(ordering: .sequentiallyConsistent)
            }
            guard !isClosed.load(ordering: .sequentiallyConsistent), let part else { return }
            seen = round.load(ordering: .sequentiallyConsistent)
            takeParts(of: count, part, worker: worker)
            if working.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { wakeSleepers() }
        }
    }

    /// Looks for a while, then sleeps until something has changed.
    private func wait(until isSo: () -> Bool) {
        for _ in 0..<Self.patience {
            if isSo() { return }
            kernel_pause()
        }
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        pthread_mutex_lock(lock)
        while !isSo() { pthread_cond_wait(changed, lock) }
        pthread_mutex_unlock(lock)
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }

    /// Whoever goes to sleep counts itself first and looks once more under the lock, so nobody is missed.
    private func wakeSleepers() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        pthread_mutex_lock(lock)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    @inline(never)
    private func takeParts(of count: Int, _ part: UnsafePointer<(Int, Int) -> Void>, worker: Int) {
        for offset in 0..<places.count {
            let other = (worker + offset) % places.count
            let end = count * (other + 1) / places.count
            while true {
                let index = places[other].next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < end else { break }
                part.pointee(index, worker)
            }
        }
    }

    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        wakeSleepers()
    }
}

/// What is a worker's own: the parts that it has still to take, and memory that grows to the largest need and stays.
///
/// Sendable since one worker alone uses the memory.
private final class WorkerPlace: @unchecked Sendable {
    /// The first part that nobody has taken yet.
    let next = Atomic<Int>(0)
    private var memory: UnsafeMutablePointer<Float>?
    private var capacity = 0

    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if let memory, count <= capacity { return memory }
        memory?.deallocate()
        let grown = UnsafeMutablePointer<Float>.allocateLines(count: count)
        memory = grown
        capacity = count
        return grown
    }

    deinit { memory?.deallocate() }
}

extension UnsafeMutablePointer<Float> {
    /// Memory that begins with a cache line: a vector that lies in two takes twice as long. Given back with `deallocate`.
    static func allocateLines(count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
    }
}

private enum WorkerThread {
    private final class Start {
        let worker: Int
        let board: WorkBoard

        init(_ worker: Int, _ board: WorkBoard) {
            self.worker = worker
            self.board = board
        }
    }

    static func start(_ worker: Int, at board: WorkBoard) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Start(worker, board)).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.board.work(as: start.worker)
                return nil
            }, argument)
        precondition(failure == 0, "no thread to compute on: errno \(failure)")
        pthread_detach(thread)
    }
}
