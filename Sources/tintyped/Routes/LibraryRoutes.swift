import Catalog
import DaemonAPI
import FileWatching
import Glibc
import HTTPServing
import Indexing
import MediaTypes

extension Daemon {
    func addLibraryRoutes(to router: inout Router) {
        router.on("GET", "/v1/search") { request in try .reply(await search(request)) }
        router.on("GET", "/v1/files") { request in
            let path = try request.path("path")
            return try .reply(FileReport(try await catalog.file(at: path), pending: try await pending()))
        }
        router.on("GET", "/v1/assets/{id}") { request in
            try .reply(FileReport(try await asset(request), pending: try await pending()))
        }
        router.on("GET", "/v1/assets/{id}/thumbnail") { request in
            try thumbnail(of: try await asset(request), size: request.query["size"])
        }
    }

    private func search(_ request: HTTPServerRequest) async throws -> SearchReply {
        let query = request.query["q"] ?? ""
        let limit = try request.integer("limit", within: 0...1_000) ?? 20
        let offset = try request.integer("offset", within: 0...1_000_000) ?? 0
        guard let order = Catalog.SearchOrder(rawValue: request.query["sort"] ?? "relevance") else {
            throw RouteError.badRequest("sort must be relevance, date or name.")
        }
        try catalog.checkQuery(query)
        if request.query["sync"] == "1" { await waitUntilSearchable() }
        let page = try await catalog.search(query, order: order, limit: limit, offset: offset)
        return SearchReply(
            hits: page.files.map(SearchHit.init), total: page.isTotalExact ? page.total : nil,
            pending: try await pending())
    }

    /// Returns once everything that was seen so far can be found by its facts and words.
    ///
    /// A paused queue, or a worker that is away, is not waited for: the reply's `pending` says that it is not complete.
    private func waitUntilSearchable() async {
        let events = hub.listen()
        if await isSearchable() { return }
        for await event in events {
            if case .status = event, await isSearchable() { return }
        }
    }

    private func isSearchable() async -> Bool {
        guard !Task.isCancelled, !indexer.isPaused, indexer.workerTrouble == nil, watcher.health.isAtRest else {
            return Task.isCancelled || indexer.isPaused || indexer.workerTrouble != nil
        }
        guard let counts = try? await catalog.counts() else { return true }
        let isWorking = indexer.running.contains { $0.stage != .description }
        return counts.queuedFacts + counts.queuedWords == 0 && !isWorking
    }

    private func asset(_ request: HTTPServerRequest) async throws -> AssetReport {
        guard let id = request.parameters["id"].flatMap({ Int64($0) }), id > 0 else {
            throw RouteError.badRequest("An asset's number is a whole number above 0.")
        }
        guard let report = try await catalog.asset(id) else {
            throw RouteError(404, "no-such-asset", "There is no asset \(id).")
        }
        return report
    }

    private func thumbnail(of report: AssetReport, size: String?) throws -> HTTPServerResponse {
        guard let size = Thumbnail.Size(rawValue: size ?? "normal") else {
            throw RouteError.badRequest("size must be normal or large.")
        }
        for file in report.files {
            if let png = thumbnails.thumbnail(of: file.path, size: size) {
                return HTTPServerResponse(headers: [("Content-Type", "image/png")], body: .bytes(png))
            }
        }
        throw RouteError(404, "no-thumbnail", "This asset has no thumbnail: it was not decoded yet, or cannot be.")
    }
}

extension SearchHit {
    /// What was found, as it goes over the socket.
    init(_ file: FoundFile) {
        self.init(path: file.path, file: file.fileID, asset: file.assetID)
        kind = file.kind
        isScreenshot = file.isScreenshot
        takenAt = file.takenAt?.iso8601
        caption = file.caption
        ocr = file.ocr
        tags = file.tags
        matched = file.matched.map(\.rawValue)
        snippet = file.snippet?.text
        marks = file.snippet?.marks.map { [$0.lowerBound, $0.upperBound] } ?? []
        score = file.score
        at = file.seconds
    }
}

extension FileReport {
    /// What is known of an asset or a file, as it goes over the socket.
    init(_ report: AssetReport, pending: Int) {
        self.init(pending: pending)
        asset = report.assetID
        contentHash = report.contentHash?.hexadecimal
        files = report.files.map { file in
            KnownFile(
                path: file.path, file: file.id, byteCount: file.identity.byteCount,
                modifiedAt: WireTime(file.identity.modifiedAt))
        }
        facts = report.facts.map(FactsReport.init)
        descriptions = report.descriptions.map { stored in
            DescriptionReport(
                stored.description, provenance: stored.provenance, createdAt: WireTime(stored.createdAt))
        }
        jobs = report.jobs.map(JobReport.init)
        whyNot = report.whyNot
    }
}

extension JobReport {
    init(_ job: QueuedJob) {
        let state: State =
            switch job.state {
            case .waiting: .waiting
            case .running: .running
            case .failed: .failed
            }
        self.init(stage: job.stage, state: state, attempts: job.attempts)
        notBefore = job.notBefore.map(WireTime.init)
        code = job.code
        message = job.message
        at = (job.failedAt ?? job.since).map(WireTime.init)
    }
}
