import ArgumentParser
import DaemonAPI
import HTTPTransport
import MediaTypes
import ModelStore

/// `tintype model …`
struct ModelVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "The models that look at pictures on this machine.",
        discussion: """
            Examples:
              tintype model pull                    get the model, about 2.6 GB, and use it
              tintype model pull MiniCPM-V-4.6-gguf the smaller one, in 4 bits
              tintype model import ~/Downloads/MiniCPM-V-4.6
            """,
        subcommands: [
            ModelListVerb.self, ModelPullVerb.self, ModelImportVerb.self, ModelVerifyVerb.self, ModelUseVerb.self,
            ModelRemoveVerb.self,
        ])
}

extension Session {
    /// The models on disk. The daemon need not run.
    func models() throws -> ModelStore {
        let store = ModelStore(directory: try paths().modelsDirectory.text) { folder throws(ModelStoreError) in
            try EngineCheck.run(folder)
        }
        // Of an import that ^C ended; some gigabytes, perhaps.
        store.clearLeftovers()
        return store
    }

    /// Tells a daemon that runs that another model may be in use; one that does not will see it when it starts.
    func tellDaemonOfModels() async {
        guard let paths = try? paths(), let endpoint = try? Endpoint.unix(socketPath: paths.socket.text) else { return }
        _ = try? await HTTPClient().send(HTTPRequest(endpoint, method: "POST", path: "/v1/models/refresh"))
    }

    /// Does something with models; what fails is told as any verb's failure is.
    func withModels<Result>(_ work: (ModelStore) async throws(ModelStoreError) -> Result) async throws -> Result {
        let store = try models()
        do { return try await work(store) } catch {
            throw CommandFailure(message: error.message, remedy: error.remedy)
        }
    }
}
