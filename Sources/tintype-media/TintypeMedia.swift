import CPlatform
import Glibc
import MediaDecoding
import MediaWorker
import Tensors

/// The process that lets decoders see file bytes: one file at a time, handed over as an open descriptor.
///
/// In this order: be modest, read the language data, close the sandbox, say what works and what holds, then work until
/// the daemon closes the socket.
@main
struct TintypeMedia {
    /// The socket's number; `ChildProcess` puts it there.
    private static let socket: CInt = 3

    static func main() {
        guard CommandLine.arguments.count == 2, let settings = try? WorkerSettings(argument: CommandLine.arguments[1]),
            isSocket(socket)
        else {
            let message = "tintype-media is started by tintyped, which hands it files to decode. Use tintype instead.\n"
            message.utf8.withContiguousStorageIfAvailable { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
            exit(EX_USAGE)
        }
        yieldToThePerson()
        let channel = FrameChannel(socket: socket)
        if settings.models.isEmpty { decode(settings, over: channel) } else { useModels(settings, over: channel) }
    }

    /// The worker that decodes, and reads words with Tesseract.
    private static func decode(_ settings: WorkerSettings, over channel: FrameChannel) {
        let reader = TextReader(languages: settings.languages, dataDirectory: settings.tesseractData)
        let sandbox = Sandbox(
            readableDirectory: reader.dataDirectory, memoryByteLimit: settings.memoryByteLimit,
            writtenByteLimit: PicturesToRead.byteLimit)
        let state = sandbox.enter()
        endWithTheDaemon()
        let readiness = WorkerReadiness(words: reader.readiness, sandbox: state)
        WorkLoop(channel: channel, task: MediaWork(reader: reader)).run(saying: readiness)
    }

    /// The worker that takes the first look, or turns texts into vectors. Its models come as descriptors, when it can open no
    /// file any more.
    private static func useModels(_ settings: WorkerSettings, over channel: FrameChannel) {
        // What the system tells of itself, the sandbox hides.
        let threads = ProcessorBudget.threads
        let sandbox = Sandbox(
            readableDirectory: nil, memoryByteLimit: settings.memoryByteLimit, writtenByteLimit: 0)
        let state = sandbox.enter()
        endWithTheDaemon()
        do {
            let task = try task(by: settings, from: channel, threads: threads)
            let words = WorkerReadiness.WordReading(
                engine: FirstLookWork.engine, languages: [], missing: [], dataDirectory: nil)
            WorkLoop(channel: channel, task: task).run(saying: WorkerReadiness(words: words, sandbox: state))
        } catch {
            // The daemon sees that it ended, says so, and has Tesseract read.
            exit(EX_DATAERR)
        }
    }

    /// Who does the work. The files are mapped no longer than it takes to read them: what is computed with is taken out of them.
    private static func task(
        by settings: WorkerSettings, from channel: FrameChannel, threads: Int
    ) throws -> any WorkerTask {
        var models: [String: WeightMap] = [:]
        for (name, descriptor) in zip(settings.models, try channel.receiveModels(settings.models)) {
            models[name] = try WeightMap(descriptor: descriptor, path: name)
            close(descriptor)
        }
        if let encoder = models[MeaningWork.model] { return try MeaningWork(encoder) }
        return try FirstLookWork(models, threads: threads)
    }

    private static func isSocket(_ descriptor: CInt) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func yieldToThePerson() {
        // Signals that end the daemon's whole group: the daemon is to end us when it has finished with our answer.
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        platform_run_as_batch()
    }

    /// Ends this process when the daemon is gone, even in the middle of a picture that never ends.
    ///
    /// A thread, since the kernel's own offer (PR_SET_PDEATHSIG) strikes when the *thread* that started us ends, and the
    /// daemon's threads come and go. Started inside the sandbox, which threads inherit.
    private static func endWithTheDaemon() {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // It only waits: the usual 8 MB would count against the memory limit.
        pthread_attr_setstacksize(&attributes, 128 << 10)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { _ in
            platform_wait_for_hangup(3)
            _exit(0)
        }
        pthread_create(&thread, &attributes, body, nil)
        pthread_attr_destroy(&attributes)
    }
}
