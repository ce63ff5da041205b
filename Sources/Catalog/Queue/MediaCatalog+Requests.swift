import GRDB
public import MediaTypes

extension MediaCatalog {
    /// Small models are here: whatever was read without them is read again, behind all else. Once for each set of models.
    ///
    /// - Returns: whether this set is new.
    public func queueWords(forModels digest: String) async throws(CatalogError) -> Bool {
        let now = clock()
        return try await write { db in
            guard try Setting.modelDigest(db) != digest else { return false }
            try Setting.setModelDigest(digest, db)
            try JobTable(db: db, now: now).queueWordsOfAll()
            return true
        }
    }

    static let selectSortTime = "SELECT max(modified_at) FROM file WHERE asset_id = ?"
    static let hasFacts = "SELECT facts_at IS NOT NULL FROM asset WHERE id = ?"

    /// Queues contents to be described again, before all others. What was said of them stays until something new is.
    ///
    /// One whose facts are not known yet is described in its turn anyway.
    ///
    /// - Returns: How many were queued.
    @discardableResult
    public func requestDescription(assets: [Int64]) async throws(CatalogError) -> Int {
        try await write { db in try Self.requestDescription(assets, db) }
    }

    /// Queues the contents of these files to be described again.
    ///
    /// - Throws: `.notFound` or `.notReady`, and then none is queued.
    @discardableResult
    public func requestDescription(paths: [MediaPath]) async throws(CatalogError) -> Int {
        try await write { db in
            var directories = try DirectoryTable(db)
            let assets = try paths.map { path in try Self.asset(at: path, db, &directories) }
            return try Self.requestDescription(assets, db)
        }
    }

    /// Queues the contents of all files that a query finds to be described again.
    ///
    /// - Throws: `.badQuery` where it cannot be read or asks for nothing: that is rather a slip than a wish for everything.
    @discardableResult
    public func requestDescription(query: String) async throws(CatalogError) -> Int {
        let today = LocalTime.day(at: clock())
        return try await write { db in
            guard let expression = try QueryParser.parse(query, today: today) else {
                throw QueryError(column: 1, "it is empty", suggestion: "Name what is to be described again.")
            }
            let request: SQLRequest<Int64> = """
                SELECT DISTINCT f.asset_id FROM file f JOIN asset a ON a.id = f.asset_id
                WHERE \(SearchPlan(expression).condition(.words))
                """
            return try Self.requestDescription(try Int64.fetchAll(db, request), db)
        }
    }

    private static func requestDescription(_ assets: [Int64], _ db: Database) throws -> Int {
        let statement = try db.cachedStatement(sql: JobTable.queueAgain)
        return try Set(assets).sorted().reduce(0) { count, asset in
            guard try Bool.fetchOne(db.cachedStatement(sql: hasFacts), arguments: [asset]) == true,
                let sortTime = try Double.fetchOne(db.cachedStatement(sql: selectSortTime), arguments: [asset])
            else { return count }
            try statement.execute(arguments: [asset, sortTime])
            return count + 1
        }
    }

    /// The content of the file at a path.
    static func asset(at path: MediaPath, _ db: Database, _ directories: inout DirectoryTable) throws -> Int64 {
        guard let file = try file(at: path, db, &directories) else { throw CatalogError.notIndexed(path) }
        guard let asset = file.assetID else { throw CatalogError.notHashed(path) }
        return asset
    }
}
