import Catalog
import DaemonAPI
import HTTPServing
import Indexing
import MediaTypes

extension Daemon {
    func addJobRoutes(to router: inout Router) {
        router.on("GET", "/v1/jobs") { request in
            guard request.query["state"] ?? "failed" == "failed" else {
                throw RouteError.badRequest("state must be failed.", remedy: "What runs and waits is in /v1/status.")
            }
            let failed = try await catalog.failures().map { job in
                DaemonAPI.FailedJob(
                    path: job.path, stage: job.stage, code: job.code, message: job.message, attempts: job.attempts,
                    at: WireTime(job.failedAt))
            }
            return try .reply(FailedJobsReply(failed: failed, pending: try await pending()))
        }
        router.on("POST", "/v1/jobs/retry") { request in
            let wanted = request.body.isEmpty ? RetryRequest() : try request.decoded(RetryRequest.self)
            let count = try await catalog.retryFailures(try wanted.paths.map(mediaPaths))
            return try await queued(count)
        }
        router.on("POST", "/v1/jobs/pause") { _ in try await setPaused(true) }
        router.on("POST", "/v1/jobs/resume") { _ in try await setPaused(false) }
        router.on("POST", "/v1/jobs/describe", bodyLimit: 16 << 20) { request in
            try await describeAgain(try request.decoded(DescribeRequest.self))
        }
    }

    private func setPaused(_ isPaused: Bool) async throws -> HTTPServerResponse {
        try await catalog.setPaused(isPaused)
        indexer.setPaused(isPaused)
        ticker.noteChange()
        return try .reply(DoneReply(count: 1, pending: try await pending()))
    }

    private func mediaPaths(_ wire: [WirePath]) throws -> [MediaPath] {
        try wire.map { path in
            guard let path = path.mediaPath else { throw RouteError.badRequest("Every path must be absolute.") }
            return path
        }
    }

    private func describeAgain(_ request: DescribeRequest) async throws -> HTTPServerResponse {
        if let query = request.where { return try await queued(try await catalog.requestDescription(query: query)) }
        guard let wire = request.paths else { throw RouteError.badRequest("Either paths or where is needed.") }
        var count = 0
        var unknown: [WirePath] = []
        for path in try mediaPaths(wire) {
            do throws(CatalogError) {
                count += try await catalog.requestDescription(paths: [path])
            } catch {
                guard error.code == .notFound || error.code == .notReady else { throw error }
                unknown.append(WirePath(path))
            }
        }
        return try await queued(count, unknown: unknown)
    }

    private func queued(_ count: Int, unknown: [WirePath] = []) async throws -> HTTPServerResponse {
        indexer.retryNow()
        ticker.noteChange()
        return try .reply(DoneReply(count: count, unknown: unknown, pending: try await pending()))
    }
}
