import Describing
import DaemonAPI
import HTTPServing

extension Daemon {
    func addChatRoutes(to router: inout Router) {
        router.on("GET", "/v1/models") { _ in
            try .reply(ModelsReply(models: [engine?.knownModel].compactMap(\.self), pending: try await pending()))
        }
    }
}
