import Indexing
import MediaTypes
import Synchronization

/// A job store in memory: jobs in, verdicts out, in the order they came.
final class FakeStore: JobStore {
    enum Ending: Equatable {
        case identity(Int64), facts(Int64), words(Int64), description(Int64)
        case meaning(Int64, vectors: [[Float]])
        case returned(Int64), rechecked(Int64), failed(Int64, code: String, isFinal: Bool)
    }

    struct State {
        var waiting: [IndexingJob] = []
        var endings: [Ending] = []
        var refusals = 0
        var meaningless: [AssetTexts] = []
        var encoder: String?
        /// The encoder that was known when the last vectors came.
        var vectorsEncoder: String?
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// A store with these jobs, which refuses to store as many ends as `refusals` says.
    init(_ jobs: [IndexingJob], refusals: Int = 0, meaningless: [AssetTexts] = []) {
        state = Mutex(State(waiting: jobs, refusals: refusals, meaningless: meaningless))
    }

    var endings: [Ending] { state.withLock { $0.endings } }
    /// Whose vectors these are.
    var encoder: String? { state.withLock { $0.encoder } }
    var vectorsEncoder: String? { state.withLock { $0.vectorsEncoder } }

    /// Waits for this many endings.
    func ended(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                guard state.endings.count < count else { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isDue { continuation.resume() }
        }
    }

    private func end(_ ending: Ending, next: [IndexingJob] = []) throws {
        let due = try state.withLock { state in
            if state.refusals > 0 {
                state.refusals -= 1
                throw FullDisk()
            }
            state.endings.append(ending)
            state.waiting += next
            let due = state.watchers.filter { $0.count <= state.endings.count }
            state.watchers.removeAll { $0.count <= state.endings.count }
            return due
        }
        for watcher in due { watcher.continuation.resume() }
    }

    func leaseJobs(stages: Set<JobStage>, limit: Int) async throws -> [IndexingJob] {
        state.withLock { state in
            // By their places: two jobs may be equal, and each is to be done.
            let places = state.waiting.indices.filter { stages.contains(state.waiting[$0].stage) }.prefix(limit)
            defer { for place in places.reversed() { state.waiting.remove(at: place) } }
            return places.map { state.waiting[$0] }
        }
    }

    func nextDueTime(stages: Set<JobStage>) async throws -> Double? { nil }
    func returnJob(_ job: IndexingJob, notBefore: Double) async throws { try end(.returned(job.id)) }
    func recheckFile(of job: IndexingJob, notBefore: Double) async throws { try end(.rechecked(job.id)) }

    func recordIdentity(_ job: IndexingJob, hash: ContentHash, identity: FileIdentity) async throws {
        try end(.identity(job.id), next: [job.next(.facts)])
    }

    func recordFacts(_ job: IndexingJob, facts: MediaFacts) async throws {
        var words = job.next(.words)
        words.facts = facts
        var description = job.next(.description)
        description.facts = facts
        try end(.facts(job.id), next: [words, description])
    }

    func recordWords(_ job: IndexingJob, _ reading: FirstLookReading) async throws { try end(.words(job.id)) }

    func recordDescription(_ job: IndexingJob, _ descriptions: [Description], provenance: Provenance) async throws {
        try end(.description(job.id))
    }

    func useMeanings(ofEncoder digest: String) async throws { state.withLock { $0.encoder = digest } }

    func assetsWithoutMeaning(limit: Int) async throws -> [AssetTexts] {
        state.withLock { Array($0.meaningless.prefix(limit)) }
    }

    func recordMeaning(of asset: AssetTexts, vectors: [[Float]]) async throws {
        state.withLock { $0.vectorsEncoder = $0.encoder }
        try end(.meaning(asset.assetID, vectors: vectors))
        state.withLock { $0.meaningless.removeAll { $0 == asset } }
    }

    func failJob(_ job: IndexingJob, _ failure: JobFailure, retryAt: Double?) async throws {
        try end(.failed(job.id, code: failure.code, isFinal: retryAt == nil))
    }
}

/// The store's refusal.
struct FullDisk: Error {}

extension IndexingJob {
    /// The same file's job of a later stage, ten ids on.
    func next(_ stage: JobStage) -> IndexingJob {
        var job = self
        job.stage = stage
        job.id += stage == .description ? 20 : 10
        job.assetID = 1
        return job
    }
}

/// A worker that reads nothing, or fails as told.
struct FakeMedia: MediaReading {
    var failure: JobFailure?
    var canReadWords = true
    /// Whether reading words goes on until it is called off.
    var readsForEver = false

    func facts(of path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FactsReading {
        if let failure { throw failure }
        return FactsReading(
            facts: MediaFacts(kind: .photo, format: "png", size: PixelSize(width: 2, height: 2)), thumbnails: [])
    }

    func words(in path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FirstLookReading {
        if readsForEver { for await _ in AsyncStream<Void>.makeStream().stream {} }
        return FirstLookReading(text: RecognisedText(lines: [], languages: "eng", engine: "fake"))
    }

    func pictures(of path: MediaPath, identity: FileIdentity, order: PictureOrder)
        async throws(JobFailure) -> [EncodedPicture]
    { [EncodedPicture(bytes: [1], size: PixelSize(width: 2, height: 2))] }
}

/// An encoder that knows how long texts are, and fails as told on those that it is told of.
struct FakeEncoder: MeaningEncoding {
    var canEncode = true
    var digest = "fake"
    var failures: [String: JobFailure] = [:]

    func vectors(of texts: [String]) async throws(JobFailure) -> [[Float]] {
        for text in texts { if let failure = failures[text] { throw failure } }
        return texts.map { [Float($0.count)] }
    }
}

/// An engine that says one thing.
struct FakeEngine: PictureDescribing {
    var isSetUp = true

    func order(for facts: MediaFacts) -> PictureOrder {
        PictureOrder(format: .jpeg, longSide: 64, frameLongSide: 64, frames: .evenly(1))
    }

    func describe(_ pictures: [EncodedPicture], of facts: MediaFacts)
        async throws(JobFailure) -> (descriptions: [Description], provenance: Provenance)
    { ([Description(field: .caption, text: "A cat.")], Provenance(source: .engine)) }
}
