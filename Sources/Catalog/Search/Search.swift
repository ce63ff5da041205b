import GRDB

/// One search inside one read: which files, in which order.
struct Search {
    let db: Database
    /// `nil`: everything.
    let expression: QueryExpression?
    let order: SearchOrder
    /// What finds files by their meaning; `nil`: nothing does.
    let meaning: MeaningSearch?
    let limit: Int
    let offset: Int

    /// The weights of name, tags, caption, ocr, facts and folded in bm25. Tags and captions say what a picture is of;
    /// a text in it may be long and about anything; a camera's name is in every picture of a trip.
    static let rank: SQL = "bm25(search, 4.0, 6.0, 5.0, 3.0, 1.0, 2.0)"
    /// bm25 costs about 1 µs a match. Of more matches than this, the latest entered are ranked: a word that is in so many
    /// pictures tells none of them from the others.
    static let mostRanked = 3_000
    /// Where counting costs a look at each file, it stops here.
    static let mostCounted = 1_000

    /// Fewer files than this do not fill a screen.
    static let few = 20

    /// Numbers of files with their scores, and how many there are in all.
    struct Found {
        var files: [(id: Int64, score: Double)] = []
        var total = 0
        var isTotalExact = true
        /// Those that were looked for behind the files with all words as words, on whatever page they are.
        var behind: Set<Int64> = []
        /// Whether those with most of the words, or of the same meaning, were looked for.
        var reachesKindred = false
        /// Those that were found by their meaning.
        var meant: Set<Int64> = []
    }

    /// The page.
    func page() throws -> SearchPage {
        let plan = SearchPlan(expression)
        let found: Found
        if order == .relevance, let match = plan.match {
            found = try byRelevance(match, plan)
        } else if plan.texts.isEmpty {
            found = try byFacts(plan.condition(.words))
        } else {
            found = try bySorting(plan)
        }
        return SearchPage(
            files: try FoundFiles(db: db, plan: plan, meant: found.meant).load(found.files), total: found.total,
            isTotalExact: found.isTotalExact, reachesKindred: found.reachesKindred)
    }

    // MARK: By relevance

    private func byRelevance(_ match: String, _ plan: SearchPlan) throws -> Found {
        var found = try ranked(match, plan)
        // At the very end of the words, whether others follow decides whether there is another page.
        if plan.hasParts, found.total <= offset + limit { try addParts(to: &found, beside: match, plan) }
        if found.total <= offset + limit, found.isTotalExact { try addKindred(to: &found, beside: match) }
        return found
    }

    private func ranked(_ match: String, _ plan: SearchPlan) throws -> Found {
        plan.rest.isEmpty ? try rankedByWords(match) : try rankedWithFacts(match, plan.rest)
    }

    /// Counting what the index holds costs 0.03 µs a match, so the total is always known.
    private func rankedByWords(_ match: String) throws -> Found {
        var found = Found()
        found.total = try count("SELECT count(*) FROM search WHERE search MATCH \(match)")
        guard found.total > offset else { return found }
        var oldest: Int64 = 0
        if found.total > Self.mostRanked {
            let request: SQLRequest<Int64> = """
                SELECT rowid FROM search WHERE search MATCH \(match)
                ORDER BY rowid DESC LIMIT 1 OFFSET \(Self.mostRanked - 1)
                """
            oldest = try Int64.fetchOne(db, request) ?? 0
        }
        found.files = try best(of: "search MATCH \(match) AND rowid >= \(oldest)")
        let missing = limit - found.files.count
        if missing > 0, found.total > Self.mostRanked {
            let request: SQLRequest<Int64> = """
                SELECT rowid FROM search WHERE search MATCH \(match) AND rowid < \(oldest)
                ORDER BY rowid DESC LIMIT \(missing) OFFSET \(max(0, offset - Self.mostRanked))
                """
            found.files += try Int64.fetchAll(db, request).map { ($0, 0) }
        }
        return found
    }

    /// Looking at a match's facts costs 2 µs and more, so it is done once a match, and ends where the page does.
    private func rankedWithFacts(_ match: String, _ facts: [SQL]) throws -> Found {
        let most = max(Self.mostRanked, offset + limit)
        let request: SQLRequest<Int64> = """
            SELECT f.id FROM search CROSS JOIN file f ON f.id = search.rowid LEFT JOIN asset a ON a.id = f.asset_id
            WHERE search MATCH \(match) AND \(ConditionSQL.joined(facts, by: "AND"))
            ORDER BY search.rowid DESC LIMIT \(most + 1)
            """
        let ids = try Int64.fetchAll(db, request)
        var found = Found(total: ids.count, isTotalExact: ids.count <= most)
        let rankable = ids.prefix(Self.mostRanked)
        guard found.total > offset, let oldest = rankable.last else { return found }
        found.files = try best(
            of: """
                search MATCH \(match) AND rowid >= \(oldest)
                    AND +rowid IN (SELECT value FROM json_each(\(list(rankable))))
                """)
        let older = ids.dropFirst(Self.mostRanked).dropFirst(max(0, offset - Self.mostRanked))
        found.files += older.prefix(limit - found.files.count).map { ($0, 0) }
        return found
    }

    /// The page's part of those that are ranked; older ones follow behind them, newest first, so that no page shows
    /// what another has shown.
    private func best(of filter: SQL) throws -> [(id: Int64, score: Double)] {
        guard offset < Self.mostRanked else { return [] }
        let request: SQLRequest<Row> = """
            SELECT rowid, \(Self.rank) AS score FROM search WHERE \(filter)
            ORDER BY score, rowid DESC LIMIT \(min(limit, Self.mostRanked - offset)) OFFSET \(offset)
            """
        return try Row.fetchAll(db, request).map { ($0[0], -($0[1] as Double)) }
    }

    // MARK: By date or name

    /// Files whose words match, in one order; where those are few, files with parts of words are among them, and where
    /// those are few too, files with most of the words.
    private func bySorting(_ plan: SearchPlan) throws -> Found {
        var found = try sorted(plan.condition(.words))
        if plan.hasParts, found.total < Self.few { found = try sorted(plan.condition(.wordsAndParts)) }
        guard let relaxed = expression?.relaxed, found.total < Self.few else { return found }
        return try sorted(
            ConditionSQL.joined(
                [plan.condition(.wordsAndParts), SearchPlan(relaxed).condition(.words)], by: "OR"))
    }

    private func sorted(_ condition: SQL) throws -> Found {
        let source: SQL = "file f LEFT JOIN asset a ON a.id = f.asset_id"
        let sorting: SQL =
            order == .name
            ? "CAST(f.name AS TEXT) COLLATE NOCASE, f.id" : "a.taken_at DESC, f.id DESC"
        let request: SQLRequest<Int64> = """
            SELECT f.id FROM \(source) WHERE \(condition) ORDER BY \(sorting) LIMIT \(limit) OFFSET \(offset)
            """
        return Found(
            files: try Int64.fetchAll(db, request).map { ($0, 0) },
            total: try count("SELECT count(*) FROM \(source) WHERE \(condition)"))
    }

    /// Files by facts alone: those with a date from the index of dates, as many as needed, then those not hashed yet.
    private func byFacts(_ condition: SQL) throws -> Found {
        guard order != .name else { return try sorted(condition) }
        let dated: SQL = "asset a JOIN file f ON f.asset_id = a.id WHERE \(condition)"
        let undated: SQL = "file f LEFT JOIN asset a ON FALSE WHERE f.asset_id IS NULL AND \(condition)"
        let request: SQLRequest<Int64> = """
            SELECT f.id FROM \(dated) ORDER BY a.taken_at DESC, f.id DESC LIMIT \(limit) OFFSET \(offset)
            """
        var ids = try Int64.fetchAll(db, request)
        let most = max(Self.mostCounted, offset + limit + 1)
        let datedCount = try count("SELECT count(*) FROM (SELECT 1 FROM \(dated) LIMIT \(most))")
        let undatedCount = try count("SELECT count(*) FROM (SELECT 1 FROM \(undated) LIMIT \(most))")
        if ids.count < limit, undatedCount > 0 {
            let request: SQLRequest<Int64> = """
                SELECT f.id FROM \(undated) ORDER BY f.id DESC LIMIT \(limit - ids.count)
                OFFSET \(max(0, offset - datedCount))
                """
            ids += try Int64.fetchAll(db, request)
        }
        return Found(
            files: ids.map { ($0, 0) }, total: datedCount + undatedCount,
            isTotalExact: datedCount < most && undatedCount < most)
    }

    private func count(_ sql: SQL) throws -> Int { try Int.fetchOne(db, SQLRequest<Int>(literal: sql)) ?? 0 }
}
