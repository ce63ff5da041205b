import GRDB

// What follows behind the files that have all words as words.

extension Search {
    /// How much the first places count: with 60 a file that stands tenth in both orders comes before one that is first in
    /// one of them only (Cormack, Clarke and Büttcher 2009, reciprocal rank fusion).
    private static let rankOffset = 60.0
    /// More files than this are no answer to a question.
    private static let mostMeant = 200

    /// First those where some are parts of words, newest first.
    func addParts(to found: inout Found, beside match: String, _ plan: SearchPlan) throws {
        let most = mostBehind(found)
        let request: SQLRequest<Int64> = """
            SELECT f.id FROM file f LEFT JOIN asset a ON a.id = f.asset_id
            WHERE \(plan.condition(.wordsAndParts))
                AND f.id NOT IN (SELECT rowid FROM search WHERE search MATCH \(match))
            ORDER BY f.id DESC LIMIT \(most)
            """
        let ids = try Int64.fetchAll(db, request)
        append(ids, to: &found, areAll: ids.count < most)
    }

    /// Then those with most of the words and those that mean the same, in an order made of both.
    func addKindred(to found: inout Found, beside all: String) throws {
        let most = mostBehind(found)
        let partial = try expression?.relaxed.map { try self.partial(SearchPlan($0), beside: all, found, most) } ?? []
        let meant = try meaning.map { try self.meant($0, beside: all, found) } ?? []
        found.meant = Set(meant)
        found.reachesKindred = true
        append(
            Self.fused([partial, meant]), to: &found, areAll: partial.count < most && meant.count < Self.mostMeant)
    }

    /// Those with most of the words, the best first.
    private func partial(_ plan: SearchPlan, beside all: String, _ found: Found, _ most: Int) throws -> [Int64] {
        guard let match = plan.match else { return [] }
        // Parts are looked for once, which costs more than all else: those found so are told by their numbers.
        let conditions = plan.rest + ["f.id NOT IN (SELECT rowid FROM search WHERE search MATCH \(all))"]
        let request: SQLRequest<Int64> = """
            SELECT f.id FROM search CROSS JOIN file f ON f.id = search.rowid LEFT JOIN asset a ON a.id = f.asset_id
            WHERE search MATCH \(match) AND \(ConditionSQL.joined(conditions, by: "AND"))
            ORDER BY search.rowid DESC LIMIT \(most + found.behind.count)
            """
        let ids = try Int64.fetchAll(db, request).filter { !found.behind.contains($0) }.prefix(most)
        guard !ids.isEmpty else { return [] }
        let ranking: SQLRequest<Int64> = """
            SELECT rowid FROM search WHERE search MATCH \(match)
                AND +rowid IN (SELECT value FROM json_each(\(list(ids)))) ORDER BY \(Self.rank), rowid DESC
            """
        return try Int64.fetchAll(db, ranking)
    }

    /// Those whose meaning is near the query's, the nearest first, that have not all of its words.
    private func meant(_ meaning: MeaningSearch, beside all: String, _ found: Found) throws -> [Int64] {
        let beside = expression?.besideMeaning
        return try meaning.nearest(isNarrowed: beside != nil, db) { nearest in
            let places = Dictionary(uniqueKeysWithValues: nearest.enumerated().map { ($1, $0) })
            let request: SQLRequest<Row> = """
                SELECT f.id, f.asset_id,
                    \(SearchPlan(beside).condition(.words))
                        AND f.id NOT IN (SELECT rowid FROM search WHERE search MATCH \(all))
                FROM file f JOIN asset a ON a.id = f.asset_id
                WHERE f.asset_id IN (SELECT value FROM json_each(\(list(nearest))))
                """
            var (files, there): ([(id: Int64, place: Int)], Set<Int64>) = ([], [])
            let rows = try Row.fetchCursor(db, request)
            while let row = try rows.next() {
                let (id, asset, isWanted): (Int64, Int64, Bool?) = (row[0], row[1], row[2])
                there.insert(asset)
                if isWanted == true, !found.behind.contains(id) { files.append((id, places[asset] ?? nearest.count)) }
            }
            files.sort { ($0.place, $1.id) < ($1.place, $0.id) }
            return (files.prefix(Self.mostMeant).map(\.id), there.count)
        }
    }

    /// One order of several: by the sum of 1 / (60 + place) over those in which a file stands.
    static func fused(_ orders: [[Int64]]) -> [Int64] {
        let orders = orders.filter { !$0.isEmpty }
        guard orders.count > 1 else { return orders.first ?? [] }
        var scores: [Int64: Double] = [:]
        for order in orders {
            for (place, id) in order.enumerated() { scores[id, default: 0] += 1 / (rankOffset + Double(place + 1)) }
        }
        return scores.keys.sorted { (scores[$1, default: 0], $1) < (scores[$0, default: 0], $0) }
    }

    /// How many that follow are looked for: enough for the page, and to count a few.
    private func mostBehind(_ found: Found) -> Int { max(Self.mostCounted, max(0, offset - found.total) + limit) }

    /// Puts what follows all that was found before on the page, as far as it reaches.
    private func append(_ ids: [Int64], to found: inout Found, areAll: Bool) {
        let skipped = max(0, offset - found.total)
        found.behind.formUnion(ids)
        found.files += ids.dropFirst(skipped).prefix(limit - found.files.count).map { ($0, 0) }
        found.total += ids.count
        found.isTotalExact = found.isTotalExact && areAll
    }

    /// Numbers as SQLite's `json_each` takes them.
    func list(_ ids: some Collection<Int64>) -> String { "[" + ids.map(String.init).joined(separator: ",") + "]" }
}
