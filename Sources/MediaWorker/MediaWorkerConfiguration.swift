import Glibc

/// How many workers there are, and how long and how much each may take.
public struct MediaWorkerConfiguration: Sendable {
    /// The program `tintype-media`.
    public var program: String
    /// What the workers are told.
    public var settings: WorkerSettings
    /// The files of the models of the first look, handed over as open descriptors; empty: the workers decode.
    public var models: [ModelFile] = []
    /// Workers at a time: one for each processor, at most four, since they compete with the person's own programs.
    public var workerCount: Int = min(4, max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))))
    /// How long a worker may take to start: it reads the language data, from a cold disk at worst.
    public var startDeadline: Duration = .seconds(30)
    /// Processor time for the facts and thumbnails of one file; a 12-megapixel picture takes a tenth of a second.
    public var factsDeadline: Duration = .seconds(30)
    /// Processor time for decoding one file for its words, and for Tesseract to read them: a screenshot takes some three seconds,
    /// and a video has four frames. The small models have as much for each frame: a dense page can take half of it.
    public var wordsDeadline: Duration = .seconds(90)
    /// Processor time for the pictures of one file.
    public var picturesDeadline: Duration = .seconds(30)
    /// Processor time for the meaning of a few texts; one takes a hundredth of a second.
    public var meaningDeadline: Duration = .seconds(20)
    /// How many times those may pass by the clock, on a busy machine or a slow disk.
    public var patience = 4
    /// How long a worker waits for the next file before it ends, so that its memory goes back to the system.
    public var idleAfter: Duration = .seconds(30)
    /// Files after which a worker is replaced: what libraries leak does not add up.
    public var filesPerWorker = 1_000
    /// Bytes of memory above which a worker is replaced after its file.
    public var residentByteLimit = 768 << 20
    /// The wait before a worker that could not start is tried again; it doubles up to a minute.
    public var restartDelay: Duration = .seconds(1)
    /// Told of every start and end of a worker, on any thread: for the log.
    public var onEvent: @Sendable (MediaWorkerEvent) -> Void = { _ in }

    /// The defaults, for this program and these settings.
    public init(program: String, settings: WorkerSettings = WorkerSettings()) {
        self.program = program
        self.settings = settings
    }
}

/// A file of weights for a worker, which has no file system to find it in.
public struct ModelFile: Hashable, Sendable {
    /// What the worker knows it by.
    public var name: String
    /// Where it lies.
    public var path: String

    /// The file at a path, under this name.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// Something that happened to a worker's process.
public enum MediaWorkerEvent: Sendable, Hashable {
    /// A worker is ready.
    case started(process: Int32, WorkerReadiness)
    /// A worker ended because there was nothing to do, it had served long enough, or its request was called off.
    case retired(process: Int32)
    /// A worker ended although it should not have. `path` is the file it had in hand, as text; `nil`: none.
    case failed(process: Int32, path: String?, reason: String)
    /// No worker could be started.
    case unavailable(reason: String)
}

/// How the workers are, for `status` and `doctor`.
public struct MediaWorkerHealth: Sendable, Hashable {
    /// What the last worker that started said; `nil`: none has yet.
    public var readiness: WorkerReadiness?
    /// Workers that ended although they should not have, since the daemon started.
    public var failures = 0
    /// The processes that are there now.
    public var processes: Set<Int32> = []
    /// Why no worker can be started; `nil`: the last start went well.
    public var trouble: String?

    mutating func record(_ event: MediaWorkerEvent) {
        switch event {
        case .started(let process, let readiness):
            processes.insert(process)
            self.readiness = readiness
            trouble = nil
        case .retired(let process):
            processes.remove(process)
        case .failed(let process, _, _):
            processes.remove(process)
            failures += 1
        case .unavailable(let reason):
            trouble = reason
        }
    }
}
