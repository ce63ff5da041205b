import GRDB
import VectorSearch

extension MediaCatalog {
    /// Finds files. A word is first looked for as a word, in any of its forms; only where that fills no page, files in
    /// which it is a part of longer words follow behind.
    ///
    /// - Parameters:
    ///   - query: In the query language; an empty one finds everything.
    ///   - limit: At most 1,000.
    ///   - meaning: The vector of `meaningText(ofQuery:)`; with it, files of that meaning follow behind those with all words.
    ///     `nil`, or one without a direction: words alone are looked for.
    /// - Throws: `.badQuery` where the query cannot be read.
    public func search(
        _ query: String, order: SearchOrder = .relevance, limit: Int = 20, offset: Int = 0,
        meaning: [Float]? = nil
    ) async throws(CatalogError) -> SearchPage {
        let today = LocalTime.day(at: clock())
        let page = (limit: min(max(limit, 0), 1_000), offset: max(offset, 0))
        let meaning = meaning.flatMap(MeaningVector.init).map { MeaningSearch(index: meanings, query: $0) }
        return try await read { db in
            let expression = try QueryParser.parse(query, today: today)
            let search = Search(
                db: db, expression: expression, order: order, meaning: meaning, limit: page.limit,
                offset: page.offset)
            return try search.page()
        }
    }

    /// Whether the query can be read.
    ///
    /// - Throws: `.badQuery`, which says where and why not.
    public func checkQuery(_ query: String) throws(CatalogError) {
        do {
            _ = try QueryParser.parse(query, today: LocalTime.day(at: clock()))
        } catch {
            throw .badQuery(error)
        }
    }
}
