import Catalog
import DaemonAPI
import Describing
import HTTPServing
import Indexing
import Logging
import MediaTypes

extension Daemon {
    /// Every route of the socket.
    func makeRouter() -> Router {
        var router = Router(errorResponse: errorResponse)
        addLibraryRoutes(to: &router)
        addRootRoutes(to: &router)
        addJobRoutes(to: &router)
        addTagRoutes(to: &router)
        addChatRoutes(to: &router)
        router.on("GET", "/v1/status") { _ in try .reply(await status()) }
        router.on("GET", "/v1/events") { _ in .events(writeEvents) }
        return router
    }

    /// What a client gets for an error: always the same shape, never our inner words.
    private func errorResponse(_ error: any Error) -> HTTPServerResponse {
        let (status, problem) = refusal(for: error)
        let body = ErrorReply(problem, pending: hub.lastPending)
        return (try? HTTPServerResponse.reply(body, status: status)) ?? HTTPServerResponse(status: status)
    }

    private func refusal(for error: any Error) -> (status: Int, Problem) {
        switch error {
        case let error as RouteError: (error.status, error.problem)
        case let error as HTTPServerFault:
            (error.status, Problem(code: error.code, message: error.message, remedy: error.remedy))
        case let error as CatalogError: (error.status, error.problem)
        case let error as JobFailure:
            (error.httpStatus, Problem(code: error.code, message: error.message, remedy: nil))
        default: unexpected(error)
        }
    }

    private func unexpected(_ error: any Error) -> (Int, Problem) {
        logger.error("a request failed", metadata: ["error": "\(error)"])
        return (
            500,
            Problem(code: "internal", message: "Something went wrong in the daemon.", remedy: "Look into its log.")
        )
    }

    /// Events from now on, the status first, until the client leaves.
    private func writeEvents(_ body: HTTPBodyWriter) async throws {
        let events = hub.listen()
        try await body.write(.status(await status()))
        for await event in events { try await body.write(event) }
    }
}

extension HTTPBodyWriter {
    fileprivate func write(_ event: DaemonEvent) async throws {
        try await self.event(event.name, data: String(decoding: try event.data(), as: UTF8.self))
    }
}

extension JobFailure {
    /// What the client is told: that it asked for something odd, that the file is to blame, or that nobody can do it now.
    fileprivate var httpStatus: Int {
        if code == EngineProblem.Code.badRequest.rawValue { return 400 }
        return cause == .service ? 503 : 422
    }
}
