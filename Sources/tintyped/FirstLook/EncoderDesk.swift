import Indexing
import MediaTypes
import MediaWorker
import ModelStore
import Synchronization

/// Who knows what texts mean: processes with the sentence encoder, where it is here. Two of them, so that a question never
/// waits for a picture's texts; each ends when nothing has been asked for a while.
final class EncoderDesk: MeaningEncoding, Sendable {
    private struct Known {
        var model: InstalledModel
        var workers: MediaWorkerPool
        /// The last questions: whoever turns the page asks the same again.
        var questions: [String: [Float]] = [:]
        /// Questions that wait for their vectors, whether anybody waits for them or not.
        var asked = 0
    }

    private let models: ModelStore
    private let configuration: MediaWorkerConfiguration
    private let known = Mutex<Known?>(nil)

    /// How long a search waits for a question's meaning: a cold start takes a fifth of this, and words alone are an answer too.
    private static let patience: Duration = .milliseconds(800)
    /// Its share of memory: above it a process is replaced after its texts.
    private static let residentByteLimit = 250 << 20
    private static let mostQuestions = 256
    /// With more in line a question would wait for those that nobody waits for any more.
    private static let mostAsked = 3

    init(_ configuration: MediaWorkerConfiguration, models: ModelStore) {
        self.models = models
        self.configuration = configuration
    }

    /// The encoder, whose vectors only compare with its own, and which form of them and choice of texts the library holds: to be
    /// counted up when that changes (`UsualTexts`, `MeaningTexts`).
    var digest: String { FirstLookModels.Role.meaning.digest + " form 1" }

    /// Whether the encoder is here: a first look from before has none.
    var canEncode: Bool { models.firstLook().map(Self.hasEncoder) ?? false }

    /// Why the encoder is of no use though it is here; `nil`: it is, or is not here.
    var trouble: String? { known.withLock { $0?.workers }?.health.trouble }

    func vectors(of texts: [String]) async throws(JobFailure) -> [[Float]] {
        guard let workers else { throw .noEncoder }
        return try await workers.vectors(of: texts, as: .passage)
    }

    /// The vector of a person's question; `nil` where there is no encoder, or it does not answer in time.
    func vector(ofQuery text: String) async -> [Float]? {
        guard let workers else { return nil }
        if let vector = known.withLock({ $0?.questions[text] }) { return vector }
        guard begin() else { return nil }
        return await withCheckedContinuation { (answer: CheckedContinuation<[Float]?, Never>) in
            let once = Once(answer)
            // Not called off when time is up: that would end a process that is just starting.
            Task {
                let vector = try? await workers.vectors(of: [text], as: .query).first
                known.withLock { $0?.asked -= 1 }
                if let vector, !vector.isEmpty { remember(vector, of: text, from: workers) }
                once.resume(vector)
            }
            Task {
                try? await Task.sleep(for: Self.patience)
                once.resume(nil)
            }
        }
    }

    /// Ends all processes.
    func stop() async { await known.withLock { $0?.workers }?.stop() }

    private func begin() -> Bool {
        known.withLock { known in
            guard let asked = known?.asked, asked < Self.mostAsked else { return false }
            known?.asked += 1
            return true
        }
    }

    private static func hasEncoder(_ model: InstalledModel) -> Bool {
        model.manifest.files.contains { $0.sha256 == FirstLookModels.Role.meaning.digest }
    }

    private func remember(_ vector: [Float], of text: String, from workers: MediaWorkerPool) {
        known.withLock { known in
            guard known?.workers === workers else { return }
            if (known?.questions.count ?? 0) >= Self.mostQuestions { known?.questions = [:] }
            known?.questions[text] = vector
        }
    }

    private var workers: MediaWorkerPool? {
        guard let model = models.firstLook(), Self.hasEncoder(model) else { return nil }
        return known.withLock { known in
            if let known, known.model == model { return known.workers }
            var configuration = configuration
            configuration.workerCount = 2
            configuration.residentByteLimit = Self.residentByteLimit
            configuration.models = [
                ModelFile(
                    name: FirstLookModels.Role.meaning.rawValue,
                    path: model.folder + "/" + FirstLookModels.Role.meaning.fileName)
            ]
            let workers = MediaWorkerPool(configuration)
            known = Known(model: model, workers: workers)
            return workers
        }
    }
}

/// Whoever comes first answers.
private final class Once: Sendable {
    private let waiting: Mutex<CheckedContinuation<[Float]?, Never>?>

    init(_ answer: CheckedContinuation<[Float]?, Never>) { waiting = Mutex(answer) }

    func resume(_ vector: [Float]?) {
        waiting.withLock { answer in
            defer { answer = nil }
            return answer
        }?.resume(returning: vector)
    }
}

extension JobFailure {
    fileprivate static let noEncoder = JobFailure(
        code: "no-encoder", message: "The small models are not here.", cause: .service)
}
