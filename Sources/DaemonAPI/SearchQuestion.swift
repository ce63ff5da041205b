/// What `GET /v1/search` is asked.
public struct SearchQuestion: Hashable, Sendable {
    /// The query, in the query language.
    public var query: String
    /// At most this many hits; the daemon has a limit of its own.
    public var limit: Int
    /// How many hits to pass over.
    public var offset = 0
    /// The order.
    public var sort = SearchOrder.relevance
    /// Whether to wait until everything that is queued now is searchable.
    public var waitsForQueue = false

    /// A question for the best hits.
    public init(query: String, limit: Int) {
        self.query = query
        self.limit = limit
    }

    var target: RequestTarget {
        let target = RequestTarget("search").adding("q", query).adding("limit", String(limit))
            .adding("offset", String(offset)).adding("sort", sort.rawValue)
        return waitsForQueue ? target.adding("sync", "1") : target
    }
}
