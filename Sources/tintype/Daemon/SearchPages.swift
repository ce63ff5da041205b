import DaemonAPI

/// A query's hits, page by page: the daemon sends only so many at once.
struct SearchPages {
    private let daemon: DaemonClient
    private var question: SearchQuestion
    private var remaining: Int?
    private var isEnded = false

    /// How many there are in all, as the last page knew.
    private(set) var total: Int?
    /// Files not yet described, as the last page knew.
    private(set) var pending = 0

    private static let pageSize = 500

    /// The hits of this query from `offset` on, at most `limit` of them.
    init(
        daemon: DaemonClient, query: String, offset: Int, sort: SearchOrder, limit: Int?, waitsForQueue: Bool
    ) {
        self.daemon = daemon
        remaining = limit
        question = SearchQuestion(query: query, limit: Self.pageSize)
        question.offset = offset
        question.sort = sort
        question.waitsForQueue = waitsForQueue
    }

    /// The next page; `nil`: that was all.
    mutating func next() async throws -> SearchReply? {
        guard !isEnded else { return nil }
        question.limit = min(remaining ?? Self.pageSize, Self.pageSize)
        let page = try await daemon.search(question)
        total = page.total
        pending = page.pending
        question.offset += page.hits.count
        question.waitsForQueue = false
        remaining = remaining.map { $0 - page.hits.count }
        let isAllKnown = page.total.map { question.offset >= $0 } ?? false
        isEnded = page.hits.isEmpty || isAllKnown || remaining.map { $0 <= 0 } ?? false
        return page
    }
}
