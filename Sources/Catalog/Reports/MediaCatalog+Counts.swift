import GRDB
public import MediaTypes

/// The queue in figures.
public struct CatalogCounts: Hashable, Sendable {
    /// Files in all roots.
    public var files = 0
    /// Distinct contents among them.
    public var assets = 0
    /// Files whose content has no description yet.
    public var undescribed = 0
    /// Files that wait to be hashed and contents whose facts wait to be read.
    public var queuedFacts = 0
    /// Contents whose words wait to be read.
    public var queuedWords = 0
    /// Contents that wait for the engine.
    public var queuedDescription = 0
    /// Jobs that are leased, by stage.
    public var leased: [JobStage: Int] = [:]
    /// Jobs that failed for good.
    public var failed = 0
}

/// A job that someone is working on.
public struct RunningJob: Hashable, Sendable {
    /// The file.
    public var path: MediaPath
    /// What is done to it.
    public var stage: JobStage
    /// Since when, in seconds since 1970.
    public var since: Double
}

extension MediaCatalog {
    static let selectTally = "SELECT name, count FROM tally"
    static let selectUndescribed = "SELECT count FROM tally WHERE name = 'undescribed'"
    static let countAssets = "SELECT count(DISTINCT asset_id) FROM file"
    static let selectRunning = """
        SELECT stage, leased_at, file_id, asset_id FROM job WHERE state = 'running' ORDER BY leased_at, id
        """

    /// The queue in figures. All but `assets` are kept by triggers; that one is a walk over an index.
    public func counts() async throws(CatalogError) -> CatalogCounts {
        try await read { db in
            var counts = CatalogCounts()
            counts.assets = try Int.fetchOne(db.cachedStatement(sql: Self.countAssets)) ?? 0
            for row in try Row.fetchAll(db.cachedStatement(sql: Self.selectTally)) {
                let name: String = row[0]
                let count: Int = row[1]
                switch name {
                case "files": counts.files = count
                case "undescribed": counts.undescribed = count
                case "identity waiting", "facts waiting": counts.queuedFacts += count
                case "words waiting": counts.queuedWords = count
                case "description waiting": counts.queuedDescription = count
                case _ where name.hasSuffix(" running"):
                    if count > 0, let stage = JobStage(rawValue: String(name.dropLast(" running".count))) {
                        counts.leased[stage] = count
                    }
                case _ where name.hasSuffix(" failed"): counts.failed += count
                default: break
                }
            }
            return counts
        }
    }

    /// How many files have no description yet: one look at one row.
    public func pending() async throws(CatalogError) -> Int {
        try await read { db in try Int.fetchOne(db.cachedStatement(sql: Self.selectUndescribed)) ?? 0 }
    }

    /// What is being worked on, the oldest first.
    public func runningJobs() async throws(CatalogError) -> [RunningJob] {
        try await read { db in
            var directories = try DirectoryTable(db)
            return try Row.fetchAll(db, sql: Self.selectRunning).compactMap { row in
                guard let stage = JobStage(rawValue: row[0]),
                    let path = try Self.path(ofFile: row[2], orAsset: row[3], &directories)
                else { return nil }
                return RunningJob(path: path, stage: stage, since: row[1] ?? 0)
            }
        }
    }
}
