public import MediaTypes
import Synchronization

/// Decodes files in processes of their own: as many at a time as there are workers, the urgent first.
public final class MediaWorkerPool: Sendable {
    private let configuration: MediaWorkerConfiguration
    private let ledger: HealthLedger
    private let processes: [MediaWorkerProcess]
    private let line: WaitingLine<MediaWorkerProcess>

    /// A pool of this configuration. Nothing is started before the first request.
    public init(_ configuration: MediaWorkerConfiguration) {
        let ledger = HealthLedger()
        self.configuration = configuration
        self.ledger = ledger
        processes = (0..<max(1, configuration.workerCount)).map { _ in
            MediaWorkerProcess(configuration) { event in
                ledger.record(event)
                configuration.onEvent(event)
            }
        }
        line = WaitingLine(processes)
    }

    /// Facts and thumbnails of one file.
    public func facts(of path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FactsReading {
        let request = MediaRequest.FactsRequest(
            names: MediaRequest.Names(path), uri: path.fileURI, modifiedAt: Int64(identity.modifiedAt.rounded(.down)))
        let reply = try await perform(
            .facts(request), on: path, identity: identity, within: configuration.factsDeadline)
        guard case .facts(let reading) = reply else { throw Self.failure(in: reply) }
        return reading
    }

    /// The words in one file.
    public func words(in path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> RecognisedText {
        let reply = try await perform(
            .words(MediaRequest.Names(path)), on: path, identity: identity, within: configuration.wordsDeadline)
        guard case .words(let text) = reply else { throw Self.failure(in: reply) }
        return text
    }

    /// One file's picture or frames, decoded for a worker that has models.
    public func picturesToRead(in path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> DecodedPictures {
        let memory = try PictureMemory()
        let reply = try await perform(
            .picturesToRead(MediaRequest.Names(path)), on: path, identity: identity, memory: memory,
            within: configuration.wordsDeadline)
        guard case .picturesToRead(let pictures) = reply else { throw Self.failure(in: reply) }
        return DecodedPictures(path: path, pictures: pictures, memory: memory)
    }

    /// The words in pictures, and first tags, by the small models; how sure they are of the words. Only for workers that
    /// have models.
    public func look(
        at decoded: DecodedPictures
    ) async throws(JobFailure) -> (reading: FirstLookReading, certainty: Double?) {
        let limit = configuration.wordsDeadline * decoded.pictures.pictures.count
        let reply = try await withProcess { process throws(JobFailure) in
            try await process.perform(
                .look(decoded.pictures), about: decoded.path, memory: decoded.memory, within: limit)
        }
        guard case .look(let reading, let certainty) = reply else { throw Self.failure(in: reply) }
        return (reading, certainty)
    }

    /// One file's picture or frames, encoded for an engine; urgent where a person waits for them.
    public func pictures(
        of path: MediaPath, identity: FileIdentity, order: PictureOrder, isUrgent: Bool = false
    ) async throws(JobFailure) -> [EncodedPicture] {
        let reply = try await perform(
            .pictures(order), on: path, identity: identity, within: configuration.picturesDeadline, isUrgent: isUrgent)
        guard case .pictures(let pictures) = reply else { throw Self.failure(in: reply) }
        return pictures
    }

    /// What texts mean: a vector for each, in their order. Only for workers that have the encoder.
    public func vectors(
        of texts: [String], as role: MediaRequest.MeaningRequest.Role
    ) async throws(JobFailure) -> [[Float]] {
        let request = MediaRequest.meaning(MediaRequest.MeaningRequest(texts: texts, role: role))
        let limit = configuration.meaningDeadline
        let reply = try await withProcess { process throws(JobFailure) in
            try await process.perform(request, within: limit)
        }
        guard case .meaning(let vectors) = reply, vectors.count == texts.count else { throw Self.failure(in: reply) }
        return vectors
    }

    /// What a worker says of itself; starts one where none is running: for `doctor`.
    public func readiness() async throws(JobFailure) -> WorkerReadiness {
        try await withProcess { process throws(JobFailure) in try await process.readiness() }
    }

    /// Whether words can be read, as far as is known: no worker has said that there is no language data.
    public var canReadWords: Bool { health.readiness?.words.isAvailable ?? true }

    /// How the workers are.
    public var health: MediaWorkerHealth { ledger.health }

    /// Ends all workers, once those at work have finished. A later request starts them again.
    public func stop() async {
        for process in processes { await process.stop() }
    }

    private func perform(
        _ request: MediaRequest, on path: MediaPath, identity: FileIdentity, memory: PictureMemory? = nil,
        within limit: Duration, isUrgent: Bool = false
    ) async throws(JobFailure) -> WorkerReply {
        try await withProcess(isUrgent: isUrgent) { process throws(JobFailure) in
            try await process.perform(request, on: path, identity: identity, memory: memory, within: limit)
        }
    }

    private func withProcess<Answer: Sendable>(
        isUrgent: Bool = false, _ body: (MediaWorkerProcess) async throws(JobFailure) -> Answer
    ) async throws(JobFailure) -> Answer {
        guard let process = await line.take(isUrgent: isUrgent) else { throw .cancelled }
        defer { line.giveBack(process) }
        return try await body(process)
    }

    /// The failure that a worker reports, or that its answering another question is.
    private static func failure(in reply: WorkerReply) -> JobFailure {
        guard case .failure(let failure) = reply else { return .misbehaved }
        return failure
    }
}

/// The pool's health, written by its processes' queues.
private final class HealthLedger: Sendable {
    private let state = Mutex(MediaWorkerHealth())

    var health: MediaWorkerHealth { state.withLock { $0 } }

    func record(_ event: MediaWorkerEvent) { state.withLock { $0.record(event) } }
}
