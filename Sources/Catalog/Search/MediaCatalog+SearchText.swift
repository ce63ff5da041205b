import GRDB
import MediaTypes

extension MediaCatalog {
    static let selectFilesAfter = "SELECT id, name, asset_id FROM file WHERE id > ? ORDER BY id LIMIT ?"

    /// Derives the search's text of the next files anew, where an older Tintype derived it. Each call is one small
    /// transaction, so that nobody waits for a large library, and the next one goes on where the last one ended.
    ///
    /// - Returns: Whether there is more to do.
    public func renewSearchText(limit: Int = 20) async throws(CatalogError) -> Bool {
        try await write { db in
            var progress = try Setting.searchText(db)
            guard progress.version != SearchTextTable.version || progress.last != nil else { return false }
            if progress.version != SearchTextTable.version { progress = (SearchTextTable.version, 0) }
            let files = try Row.fetchAll(
                db.cachedStatement(sql: Self.selectFilesAfter), arguments: [progress.last, limit])
            let table = SearchTextTable(db: db)
            for file in files { try table.refreshFile(file[0], name: file.name(1), asset: file[2]) }
            progress.last = files.count < limit ? nil : files.last?[0]
            try Setting.setSearchText(progress, db)
            return progress.last != nil
        }
    }
}

extension Setting {
    /// By which version of `SearchTextTable` the rows are made, and the last file that has been made anew so; `nil`: all.
    static func searchText(_ db: Database) throws -> (version: Int, last: Int64?) {
        let value = try String.fetchOne(db.cachedStatement(sql: select), arguments: ["search-text"]) ?? ""
        let parts = value.split(separator: " ")
        return (parts.first.flatMap { Int($0) } ?? 0, parts.count > 1 ? Int64(parts[1]) : nil)
    }

    static func setSearchText(_ progress: (version: Int, last: Int64?), _ db: Database) throws {
        let place = progress.last.map { " \($0)" } ?? ""
        try db.execute(sql: upsert, arguments: ["search-text", "\(progress.version)\(place)"])
    }
}
