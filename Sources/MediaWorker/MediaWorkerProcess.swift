import Dispatch
import Glibc
import MediaTypes

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
    private var hasModels: Bool { !configuration.models.isEmpty }

    init(_ configuration: MediaWorkerConfiguration, onEvent: @escaping @Sendable (MediaWorkerEvent) -> Void) {
        self.configuration = configuration
        self.onEvent = onEvent
    }

    deinit {
        if let running { Self.end(running) }
    }

    /// Sends one request with its file, and waits for the answer. Cancelling the task ends the process at once.
    ///
    /// - Parameter memory: what the answer's pictures are written to, where it has some.
    func perform(
        _ request: MediaRequest, on path: MediaPath, identity: FileIdentity, memory: PictureMemory? = nil,
        within limit: Duration
    ) async throws(JobFailure) -> WorkerReply {
        try await onQueue { [self] errand throws(JobFailure) in
            let file = try OpenedFile(path, identity: identity)
            let running = try start()
            if case .words = request, !running.readiness.words.isAvailable { throw .cannotReadWords }
            let descriptors = [file.descriptor] + (memory.map { [$0.descriptor] } ?? [])
            let reply = try ask(running, request, descriptors, path: path, limit: limit, errand: errand)
            if let memory, case .picturesToRead(let pictures) = reply, !memory.holds(pictures) {
                throw lost(path: path, failure: .misbehaved)
            }
            return reply
        }
    }

    /// Sends one request that needs no file, and waits for the answer. Cancelling the task ends the process at once.
    ///
    /// - Parameters:
    ///   - path: the file that it is about, where it is about one.
    ///   - memory: where the pictures are that it is about.
    func perform(
        _ request: MediaRequest, about path: MediaPath? = nil, memory: PictureMemory? = nil, within limit: Duration
    ) async throws(JobFailure) -> WorkerReply {
        try await onQueue { [self] errand throws(JobFailure) in
            let descriptors = memory.map { [$0.descriptor] } ?? []
            return try ask(try start(), request, descriptors, path: path, limit: limit, errand: errand)
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
        _ running: Running, _ request: MediaRequest, _ descriptors: [CInt], path: MediaPath?, limit: Duration,
        errand: Errand
    ) throws(JobFailure) -> WorkerReply {
        guard errand.begin(with: running.child) else {
            // Called off a moment sooner: it ends all the same, whatever it is doing.
            retire()
            throw .cancelled
        }
        let allowance = Allowance(child: running.child, limit: limit, patience: configuration.patience)
        let answer = exchange(request, descriptors, over: running.channel, by: allowance.deadline)
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
            throw lost(path: path, failure: .timedOut(after: limit, wasBusy: allowance.isSpent, hasModels: hasModels))
        case .failure(.ended), .failure(.system):
            // To one that is ending this makes no difference; one that only closed its socket must not keep us.
            running.child.kill()
            let ending = running.child.waitForEnd()
            throw lost(path: path, failure: .crashed(ending, hasModels: hasModels), isCollected: true)
        }
    }

    private func exchange(
        _ request: MediaRequest, _ descriptors: [CInt], over channel: FrameChannel, by deadline: Deadline
    ) -> Result<WorkerReply, ChannelError> {
        do {
            try channel.send(try request.frame(), descriptors: descriptors, by: deadline)
            return .success(try WorkerReply(channel.receive(limits: .reply, by: deadline).frame))
        } catch let error as ChannelError {
            return .failure(error)
        } catch {
            return .failure(.malformed("an answer that cannot be read: \(error)"))
        }
    }

    /// Drops the process that failed on `path`.
    private func lost(path: MediaPath?, failure: JobFailure, isCollected: Bool = false) -> JobFailure {
        guard let running else { return failure }
        self.running = nil
        Self.end(running, isCollected: isCollected)
        onEvent(.failed(process: running.child.id, path: path?.text, reason: failure.message))
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
            onEvent(.failed(process: running.child.id, path: nil, reason: "It ended while it was idle."))
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
            var settings = configuration.settings
            settings.models = configuration.models.map(\.name)
            let argument = try settings.argument()
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
        do {
            let deadline = Deadline.after(configuration.startDeadline)
            for model in configuration.models { try Self.handOver(model, over: channel, by: deadline) }
            guard case .ready(let readiness) = try WorkerReply(channel.receive(limits: .reply, by: deadline).frame)
            else {
                throw ChannelError.malformed("an answer to no question")
            }
            return Running(child: child, channel: channel, readiness: readiness)
        } catch {
            child.kill()
            let ending = child.waitForEnd()
            close(channel.socket)
            switch error {
            case let error as LaunchFailure: throw error
            case ChannelError.timedOut: throw LaunchFailure(message: "\(name) did not get ready in time.")
            case ChannelError.ended: throw LaunchFailure(message: "\(name) ended at once (\(ending)).")
            default: throw LaunchFailure(message: "\(name) is not the worker that belongs to this version.")
            }
        }
    }

    private static func handOver(
        _ model: ModelFile, over channel: FrameChannel, by deadline: Deadline
    ) throws {
        let descriptor = open(model.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LaunchFailure(message: "\(model.path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        try channel.send(try HandedModel(name: model.name).frame(), descriptors: [descriptor], by: deadline)
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
