import Catalog
import DaemonAPI
import FileWatching
import Foundation
import Glibc
import HTTPServing
import Indexing
import MediaTypes
import MediaWorker

extension Daemon {
    func addLibraryRoutes(to router: inout Router) {
        router.on("GET", "/v1/search") { request in try .reply(await search(request)) }
        router.on("GET", "/v1/files") { request in
            let path = try request.path("path")
            var report = try await catalog.file(at: path)
            if report.files.isEmpty, let obstacle = Self.obstacle(at: path) { report.whyNot = obstacle }
            return try .reply(FileReport(report, pending: try await pending()))
        }
        router.on("GET", "/v1/assets/{id}") { request in
            try .reply(FileReport(try await asset(request), pending: try await pending()))
        }
        router.on("GET", "/v1/assets/{id}/thumbnail") { request in
            try await thumbnail(of: try await asset(request), size: request.query["size"])
        }
    }

    /// Why nothing at this path can be indexed, whatever the settings; `nil`: a regular file is there.
    static func obstacle(at path: MediaPath) -> String? {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else { return "It is not there." }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return nil
        case S_IFLNK: return "It is a symbolic link; links are not followed."
        case S_IFDIR: return "It is a folder."
        default: return "It is not a regular file."
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
        let page = try await page(of: query, order: order, limit: limit, offset: offset)
        return SearchReply(
            hits: page.files.map(SearchHit.init), total: page.isTotalExact ? page.total : nil,
            pending: try await pending())
    }

    /// Words are told in a few milliseconds. Where they leave room, what else means the same is worth a moment more.
    private func page(
        of query: String, order: Catalog.SearchOrder, limit: Int, offset: Int
    ) async throws -> SearchPage {
        var page = try await catalog.search(query, order: order, limit: limit, offset: offset)
        guard page.reachesKindred, encoder.canEncode, let text = catalog.meaningText(ofQuery: query) else {
            return page
        }
        if let meaning = await encoder.vector(ofQuery: text) {
            page = try await catalog.search(query, order: order, limit: limit, offset: offset, meaning: meaning)
        } else {
            // Another time there may be more.
            page.isTotalExact = false
        }
        return page
    }

    /// Returns once everything that was seen so far can be found by its facts, its words and their meaning.
    ///
    /// What cannot be done now (a paused queue, a worker that is away, a drive that is not mounted) is not waited for.
    private func waitUntilSearchable() async {
        indexer.wake()
        // Coming to rest is no event, so this looks again and again; only while somebody waits.
        while await !isSearchable(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
    }

    private func isSearchable() async -> Bool {
        if indexer.isPaused || indexer.workerTrouble != nil || indexer.storeTrouble != nil { return true }
        guard watcher.isAtRest, let counts = try? await catalog.counts() else { return false }
        guard counts.leased.allSatisfy({ $0.key == .description || $0.value == 0 }) else { return false }
        let stages: Set<JobStage> = desk.canReadWords ? [.identity, .facts, .words] : [.identity, .facts]
        let due = (try? await catalog.nextDueTime(stages: stages)) ?? nil
        guard due.map({ $0 > Date().timeIntervalSince1970 }) ?? true else { return false }
        guard encoder.canEncode, indexer.encoderTrouble == nil else { return true }
        return (try? await catalog.assetsWithoutMeaning(limit: 1).isEmpty) ?? true
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

    /// The thumbnail that is there, ours or a file manager's, or else one made now: a file that moved has none.
    private func thumbnail(of report: AssetReport, size: String?) async throws -> HTTPServerResponse {
        guard let size = Thumbnail.Size(rawValue: size ?? "normal") else {
            throw RouteError.badRequest("size must be normal or large.")
        }
        guard let file = report.files.first else {
            throw RouteError(404, "no-thumbnail", "No file with this content is there any more.")
        }
        var png = report.files.lazy.compactMap { thumbnails.thumbnail(of: $0.path, size: size) }.first
        if png == nil {
            let made = try await workers.facts(of: file.path, identity: file.identity).thumbnails
            for thumbnail in made { try? thumbnails.store(thumbnail, of: file.path) }
            png = made.first { $0.size == size }?.png
        }
        guard let png else { throw RouteError(404, "no-thumbnail", "This content cannot be shown as a picture.") }
        return HTTPServerResponse(headers: [("Content-Type", "image/png")], body: .bytes(png))
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
