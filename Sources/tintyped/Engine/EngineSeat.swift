import Describing
import Indexing
import MediaTypes
import ModelStore
import Synchronization

/// Whoever describes and answers: the engine that the configuration names, else our own with the model in use, else
/// nobody. Looked up before each question, so that `tintype model use` takes effect at once.
final class EngineSeat: PictureDescribing, Sendable {
    private let remote: EngineClient?
    private let models: ModelStore
    private let process: LocalEngineProcess
    private let known = Mutex<(model: InstalledModel, client: EngineClient)?>(nil)

    init(remote: EngineClient?, models: ModelStore, process: LocalEngineProcess) {
        self.remote = remote
        self.models = models
        self.process = process
    }

    /// The model that our own engine is to load; `nil`: there is none, or the configuration names another engine.
    var localModel: InstalledModel? { remote == nil ? models.modelInUse() : nil }

    /// Whether our own engine has a model loaded now.
    var isLocalRunning: Bool { process.isRunning }

    /// What is wrong with the model that our own engine is to load; `nil`: nothing, or it has none to load.
    var localTrouble: ModelStoreError? { remote == nil ? models.troubleOfModelInUse() : nil }

    /// The engine elsewhere, where one is configured.
    var remoteClient: EngineClient? { remote }

    var isSetUp: Bool { client != nil }

    /// The settings of whoever is asked now.
    var configuration: EngineConfiguration? { client?.configuration }

    func order(for facts: MediaFacts) -> PictureOrder {
        guard let configuration else {
            // Nobody gets these: the next step finds that there is no engine.
            return PictureOrder(format: .jpeg, longSide: 1, frameLongSide: 1, frames: .evenly(1))
        }
        return configuration.order(for: facts)
    }

    func describe(_ pictures: [EncodedPicture], of facts: MediaFacts)
        async throws(JobFailure) -> (descriptions: [Description], provenance: Provenance)
    {
        try await ready().describe(pictures, of: facts)
    }

    /// Passes on a chat request, and hands back what the engine answers.
    func chat(_ body: [UInt8]) async throws(JobFailure) -> EngineChat { try await ready().chat(body) }

    /// Ends our own engine.
    func stop() async { await process.stop() }

    private var client: EngineClient? {
        if let remote { return remote }
        guard let model = models.modelInUse() else { return nil }
        return known.withLock { known in
            if let known, known.model == model { return known.client }
            guard var configuration = try? EngineConfiguration(url: process.address) else { return nil }
            configuration.model = model.name
            configuration.local = LocalModel(digest: model.digest)
            // The first word comes after the pictures are encoded and read: minutes on a slow machine with many slices.
            configuration.timeoutWithoutProgress = .seconds(1800)
            let client = EngineClient(configuration)
            known = (model, client)
            return client
        }
    }

    /// The engine, started where it is ours.
    private func ready() async throws(JobFailure) -> EngineClient {
        guard let client else {
            throw JobFailure(
                code: "engine-none", message: "There is no model and no engine to describe it.", cause: .service)
        }
        guard remote == nil, let model = models.modelInUse() else { return client }
        try await process.start(model, client)
        return client
    }
}
