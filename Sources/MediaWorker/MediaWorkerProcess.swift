import Dispatch
import Glibc
import MediaTypes
import Synchronization

/// One worker slot: a process that is started when there is work, and replaced when it ends.
///
/// Blocking calls happen on a queue of its own, never on a Swift task's thread.
// Unchecked: `running`, `filesRead`, `starts` and `useCount` are touched on `queue` only.
final class MediaWorkerProcess: @unchecked Sendable {
    private struct Running {
        let child: ChildProcess
        let channel: FrameChannel
        let readiness: WorkerReadiness
    }

    private let configuration: MediaWorkerConfiguration
    private let onEvent: @Sendable (MediaWorkerEvent) -> Void
    private let queue = DispatchQueue(label: "tintype.media-worker", qos: .utility)
    private var running: Running?
    private var filesRead = 0
    private var starts = StartBackoff()
    private var useCount = 0

    init(_ configuration: MediaWorkerConfiguration, onEvent: @escaping @Sendable (MediaWorkerEvent) -> Void) {
        self.configuration = configuration
        self.onEvent = onEvent
    }

    deinit {
        if let running { Self.end(running) }
    }

    /// Sends one request with its file and waits for the answer. Cancelling the task ends the process at once.
    func perform(
        _ request: MediaRequest, on path: MediaPath, identity: FileIdentity, within limit: Duration
    ) async throws(JobFailure) -> WorkerReply {
        try await onQueue { [self] errand throws(JobFailure) in
            let file = try OpenedFile(path, identity: identity)
            let running = try start()
            if case .words = request, !running.readiness.words.isAvailable { throw .cannotReadWords }
            return try ask(running, request, file: file.descriptor, path: path, limit: limit, errand: errand)
        }
    }

    /// What the worker says of itself; starts it where it is not running.
    func readiness() async throws(JobFailure) -> WorkerReadiness {
        try await onQueue { [self] _ throws(JobFailure) in try start().readiness }
    }

    /// Ends the process, if there is one. The next request starts another.
    func stop() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.retire()
                continuation.resume()
            }
        }
    }

    // MARK: On the queue

    private func onQueue<Answer: Sendable>(
        _ work: @escaping @Sendable (Errand) throws(JobFailure) -> Answer
    ) async throws(JobFailure) -> Answer {
        let errand = Errand()
        let result: Result<Answer, JobFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    continuation.resume(
                        returning: Result { () throws(JobFailure) in
                            guard !errand.isCancelled else { throw .cancelled }
                            return try work(errand)
                        })
                    self.scheduleRetirement()
                }
            }
        } onCancel: {
            errand.cancel()
        }
        return try result.get()
    }

    private func ask(
        _ running: Running, _ request: MediaRequest, file: CInt, path: MediaPath, limit: Duration, errand: Errand
    ) throws(JobFailure) -> WorkerReply {
        guard errand.begin(with: running.child) else { throw .cancelled }
        let timeBefore = running.child.processorTime ?? .zero
        let answer: Result<WorkerReply, ChannelError> = exchange(request, file: file, over: running.channel, limit: limit)
        guard errand.end() else {
            retire()
            throw .cancelled
        }
        filesRead += 1
        switch answer {
        case .success(.ready), .failure(.malformed):
            throw lost(path: path, failure: .misbehaved)
        case .success(let reply):
            if hasServedLongEnough(running) { retire() }
            return reply
        case .failure(.timedOut):
            let used = (running.child.processorTime ?? .zero) - timeBefore
            throw lost(path: path, failure: .timedOut(after: limit, wasBusy: used * 4 > limit))
        case .failure(.ended), .failure(.system):
            let ending = running.child.waitForEnd()
            throw lost(path: path, failure: .crashed(ending), isCollected: true)
        }
    }

    private func exchange(
        _ request: MediaRequest, file: CInt, over channel: FrameChannel, limit: Duration
    ) -> Result<WorkerReply, ChannelError> {
        let deadline = Deadline.after(limit)
        do {
            try channel.send(try request.frame(), descriptor: file, by: deadline)
            return .success(try WorkerReply(channel.receive(limits: .reply, by: deadline).frame))
        } catch let error as ChannelError {
            return .failure(error)
        } catch {
            return .failure(.malformed("an answer that cannot be read: \(error)"))
        }
    }

    /// Drops the process that failed on `path`.
    private func lost(path: MediaPath, failure: JobFailure, isCollected: Bool = false) -> JobFailure {
        guard let running else { return failure }
        self.running = nil
        Self.end(running, isCollected: isCollected)
        onEvent(.failed(process: running.child.id, path: path.text, reason: failure.message))
        return failure
    }

    private func hasServedLongEnough(_ running: Running) -> Bool {
        filesRead >= configuration.filesPerWorker
            || running.child.residentByteCount.map { $0 > configuration.residentByteLimit } ?? true
    }

    private func start() throws(JobFailure) -> Running {
        if let running {
            if running.child.isRunning { return running }
            // It ended while it had nothing to do: no file is to blame.
            self.running = nil
            Self.end(running)
            onEvent(.failed(process: running.child.id, path: "", reason: "It ended while it was idle."))
        }
        if let reason = starts.refusal { throw .workerUnavailable(reason) }
        do {
            let fresh = try launch()
            starts.succeeded()
            running = fresh
            filesRead = 0
            onEvent(.started(process: fresh.child.id, fresh.readiness))
            return fresh
        } catch {
            starts.failed(error.message, delay: configuration.restartDelay)
            onEvent(.unavailable(reason: error.message))
            throw .workerUnavailable(error.message)
        }
    }

    private struct LaunchFailure: Error {
        let message: String
    }

    private func launch() throws(LaunchFailure) -> Running {
        let name = configuration.program
        let child: ChildProcess
        let channel: FrameChannel
        do {
            let argument = try configuration.settings.argument()
            let (ours, theirs) = try FrameChannel.pair()
            defer { close(theirs) }
            channel = FrameChannel(socket: ours)
            do {
                child = try ChildProcess.start(
                    program: name, arguments: [argument], environment: WorkerEnvironment.reduced, channel: theirs)
            } catch {
                close(ours)
                throw error
            }
        } catch ChannelError.system(let number) {
            throw LaunchFailure(message: "\(name) cannot be started: \(String(cString: strerror(number))).")
        } catch {
            throw LaunchFailure(message: "\(name) cannot be started: \(error).")
        }
        let deadline = Deadline.after(configuration.startDeadline)
        if let (frame, _) = try? channel.receive(limits: .reply, by: deadline),
            case .ready(let readiness)? = try? WorkerReply(frame)
        {
            return Running(child: child, channel: channel, readiness: readiness)
        }
        let wasRunning = child.isRunning
        child.kill()
        let ending = child.waitForEnd()
        close(channel.socket)
        throw LaunchFailure(
            message: wasRunning ? "\(name) did not get ready in time." : "\(name) ended at once (\(ending)).")
    }

    private func retire() {
        guard let running else { return }
        self.running = nil
        Self.end(running)
        onEvent(.retired(process: running.child.id))
    }

    private static func end(_ running: Running, isCollected: Bool = false) {
        close(running.channel.socket)
        if !isCollected {
            running.child.kill()
            _ = running.child.waitForEnd()
        }
    }

    private func scheduleRetirement() {
        useCount += 1
        let use = useCount
        let (seconds, attoseconds) = configuration.idleAfter.components
        let delay = Double(seconds) + Double(attoseconds) / 1e18
        queue.asyncAfter(deadline: .now() + delay) { [weak self] in
            if let self, self.useCount == use { self.retire() }
        }
    }
}

/// The link between a task that may be cancelled and the process that works for it.
private final class Errand: Sendable {
    private struct State {
        var isCancelled = false
        var child: ChildProcess?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// From here on, cancelling ends `child`.
    ///
    /// - Returns: `false` where it was cancelled already.
    func begin(with child: ChildProcess) -> Bool {
        state.withLock {
            $0.child = child
            return !$0.isCancelled
        }
    }

    /// From here on, cancelling does nothing.
    ///
    /// - Returns: `false` where it was cancelled, and so the process is ended.
    func end() -> Bool {
        state.withLock {
            $0.child = nil
            return !$0.isCancelled
        }
    }

    func cancel() {
        state.withLock {
            $0.isCancelled = true
            $0.child?.kill()
        }
    }
}

/// When a worker that could not start may be tried again.
private struct StartBackoff {
    private var failures = 0
    private var notBefore: SuspendingClock.Instant?
    private var reason = ""

    /// Why not to try now; `nil`: try.
    var refusal: String? {
        guard let notBefore, .now < notBefore else { return nil }
        return reason
    }

    mutating func failed(_ reason: String, delay: Duration) {
        notBefore = .now.advanced(by: min(delay * (1 << min(failures, 6)), .seconds(60)))
        failures += 1
        self.reason = reason
    }

    mutating func succeeded() { self = StartBackoff() }
}
