import GRDB

/// One numbered step of the library's form: a file of schema/, embedded at build time.
struct Migration {
    /// What `user_version` is afterwards.
    let version: Int
    /// The file's text.
    let sql: String

    /// Every step, oldest first. A released one is never changed.
    static let all = [
        Migration(version: 1, sql: String(decoding: PackageResources.v001_initial_sql, as: UTF8.self)),
        Migration(version: 2, sql: String(decoding: PackageResources.v002_meaning_sql, as: UTF8.self)),
    ]

    /// Brings the library up to the last step, each in one transaction with its number.
    static func run(on db: Database, library: String) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= (all.last?.version ?? 0) else { throw CatalogError.writtenByNewerVersion(library: library) }
        if version == 0, try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema)") == true {
            throw CatalogError.notALibrary(library)
        }
        for step in all where step.version > version {
            try db.inTransaction(.immediate) {
                try db.execute(sql: step.sql)
                try db.execute(sql: "PRAGMA user_version = \(step.version)")
                return .commit
            }
        }
    }
}
