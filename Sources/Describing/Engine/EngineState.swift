/// Whether the engine can be asked.
public enum EngineState: Hashable, Sendable {
    /// It answers, and this model will be asked.
    case ready(model: String)
    /// It cannot be asked, and why.
    case unavailable(EngineProblem)
}

extension EngineClient {
    /// Asks the engine whether it is there and has the model. Loads no model; answers within seconds.
    public func state() async -> EngineState {
        do throws(EngineProblem) {
            let listed = try await models()
            guard let wanted = configuration.model else {
                guard let first = listed.first else { throw .noModelListed(configuration.address) }
                return .ready(model: first)
            }
            // A server with one model often serves it under any name, so only a choice can lack the one we want.
            if listed.count > 1, !listed.contains(where: { $0 == wanted || $0 == wanted + ":latest" }) {
                throw .modelNotListed(wanted, configuration.address, listed: listed)
            }
            return .ready(model: wanted)
        } catch {
            // A server without the list is one all the same, where we know what to ask for.
            if let model = configuration.model, error.status == 404 || error.status == 405 {
                return .ready(model: model)
            }
            return .unavailable(error)
        }
    }
}
