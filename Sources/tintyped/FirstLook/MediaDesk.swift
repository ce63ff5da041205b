import Indexing
import MediaTypes
import MediaWorker
import ModelStore
import Synchronization

/// Who reads files: the workers that decode, and where the small models are here, one more that takes the first look. Looked up
/// before each file, so that models that have come, or gone, are used, or missed, at once.
final class MediaDesk: MediaReading, Sendable {
    /// The workers that decode, and read words with Tesseract.
    let workers: MediaWorkerPool
    private let models: ModelStore
    private let configuration: MediaWorkerConfiguration
    private let known = Mutex<(model: InstalledModel, looker: MediaWorkerPool)?>(nil)
    /// Why the last look failed for its models; `nil`: it did not.
    private let unfit = Mutex<String?>(nil)

    /// The first look's share of memory: above it the process is replaced after its file.
    private static let residentByteLimit = 250 << 20

    init(_ configuration: MediaWorkerConfiguration, models: ModelStore) {
        self.configuration = configuration
        self.models = models
        workers = MediaWorkerPool(configuration)
    }

    /// The digest of the small models that are here; `nil`: there are none.
    var modelDigest: String? { models.firstLook()?.digest }

    /// What is wrong with the small models' files; `nil`: nothing, or they are not here.
    var modelDamage: ModelStoreError? { models.troubleOfFirstLook() }

    /// Why the small models are of no use though they are here; `nil`: they are, or are not here.
    var lookTrouble: String? { looker.flatMap { $0.workers.health.trouble ?? unfit.withLock { $0 } } }

    var canReadWords: Bool { models.firstLook() != nil || workers.canReadWords }

    func facts(of path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FactsReading {
        try await workers.facts(of: path, identity: identity)
    }

    func pictures(
        of path: MediaPath, identity: FileIdentity, order: PictureOrder
    ) async throws(JobFailure) -> [EncodedPicture] {
        try await workers.pictures(of: path, identity: identity, order: order)
    }

    func words(in path: MediaPath, identity: FileIdentity) async throws(JobFailure) -> FirstLookReading {
        guard let looker, let look = try await look(at: path, identity: identity, by: looker.workers) else {
            return try await tesseract(path, identity)
        }
        var reading = look.reading
        reading.modelDigest = looker.digest
        reading.text.modelDigest = looker.digest
        let readsOthers = workers.health.readiness?.words.readsOtherScripts ?? false
        guard readsOthers, WordChoice.isDoubtful(look.certainty) else { return reading }
        // The small models' words are good enough where Tesseract fails.
        guard let other = try? await workers.words(in: path, identity: identity) else { return reading }
        reading.text = WordChoice.better(reading.text, other)
        return reading
    }

    private typealias Look = (reading: FirstLookReading, certainty: Double?)

    /// What the small models see; `nil`: they are of no use, for this picture or at all, and Tesseract is.
    ///
    /// Another process decodes: what a file can do to a decoder, in memory or worse, the models' process never meets.
    private func look(
        at path: MediaPath, identity: FileIdentity, by looker: MediaWorkerPool
    ) async throws(JobFailure) -> Look? {
        // Where it did not start the last time, nothing is decoded for it in vain.
        if looker.health.trouble != nil {
            do throws(JobFailure) { _ = try await looker.readiness() } catch { return try leaveToTesseract(error) }
        }
        let pictures = try await workers.picturesToRead(in: path, identity: identity)
        do throws(JobFailure) {
            let look = try await looker.look(at: pictures)
            unfit.withLock { $0 = nil }
            return look
        } catch {
            if error.code == JobFailure.modelsDoNotFit { unfit.withLock { $0 = error.message } }
            return try leaveToTesseract(error)
        }
    }

    /// Models that fail must not keep words from being read.
    private func leaveToTesseract(_ failure: JobFailure) throws(JobFailure) -> Look? {
        guard workers.canReadWords, !Task.isCancelled else { throw failure }
        return nil
    }

    /// Ends all processes.
    func stop() async {
        await workers.stop()
        await known.withLock { $0?.looker }?.stop()
    }

    private func tesseract(_ path: MediaPath, _ identity: FileIdentity) async throws(JobFailure) -> FirstLookReading {
        FirstLookReading(text: try await workers.words(in: path, identity: identity))
    }

    /// The process that takes the first look, with the models that are here now.
    private var looker: (workers: MediaWorkerPool, digest: String)? {
        guard let model = models.firstLook() else { return nil }
        return known.withLock { known in
            if let known, known.model == model { return (known.looker, model.digest) }
            var configuration = configuration
            configuration.workerCount = 1
            configuration.residentByteLimit = Self.residentByteLimit
            configuration.models = FirstLookModels.Role.allCases.filter { $0 != .meaning }.map {
                ModelFile(name: $0.rawValue, path: model.folder + "/" + $0.fileName)
            }
            let looker = MediaWorkerPool(configuration)
            known = (model, looker)
            return (looker, model.digest)
        }
    }
}
