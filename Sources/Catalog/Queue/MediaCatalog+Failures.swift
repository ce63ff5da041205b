import Foundation
import GRDB
public import MediaTypes

/// A job that failed and is not tried again until its file changes or a person asks.
public struct FailedJob: Hashable, Sendable {
    /// A file with the content in question; of equal files each has its own.
    public var path: MediaPath
    /// What was being done.
    public var stage: JobStage
    /// Why it failed, for programs.
    public var code: String
    /// Why it failed, for people.
    public var message: String
    /// How often it was tried.
    public var attempts: Int
    /// When it failed last, in seconds since 1970.
    public var failedAt: Double
}

extension MediaCatalog {
    static let selectFailures = """
        SELECT stage, error_code, error_message, attempts, failed_at, directory_id, name
        FROM job JOIN file ON file.id = job.file_id OR file.asset_id = job.asset_id
        WHERE state = 'failed' ORDER BY failed_at DESC, job.id DESC, file.id
        """
    static let selectPlaceOfFile = "SELECT directory_id, name FROM file WHERE id = ?"
    static let selectPlaceOfAsset = "SELECT directory_id, name FROM file WHERE asset_id = ? ORDER BY id LIMIT 1"
    static let failForGood = """
        UPDATE job SET state = 'failed', error_code = ?, error_message = ?, failed_at = ?, leased_at = NULL WHERE id = ?
        """
    static let failForNow = """
        UPDATE job SET state = 'waiting', error_code = ?, error_message = ?, not_before = ?, leased_at = NULL
        WHERE id = ?
        """
    static let unlinkFile = "UPDATE file SET asset_id = NULL WHERE id = ?"
    static let retryAll = """
        UPDATE job SET state = 'waiting', attempts = 0, interruptions = 0, not_before = 0, priority = 0,
            error_code = NULL, error_message = NULL, failed_at = NULL WHERE state = 'failed'
        """
    static let retryFile = retryAll + " AND (file_id = ?1 OR asset_id = (SELECT asset_id FROM file WHERE id = ?1))"

    /// Records why a job failed: again after `retryAt` (seconds since 1970), or `nil`: never until the file changes.
    ///
    /// A file that has changed since the lease has not failed; its job waits anew.
    public func failJob(_ job: IndexingJob, _ failure: JobFailure, retryAt: Double?) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            let jobs = JobTable(db: db, now: now)
            if let file = try jobs.file(of: job) {
                guard file.identity.isSameFile(as: job.identity) else { return try jobs.requeue(job) }
                // Its content cannot be known any more, so it does not count as what it was.
                if retryAt == nil, file.assetID != nil {
                    try db.execute(sql: Self.unlinkFile, arguments: [file.id])
                    try SearchTextTable(db: db).refreshFile(file.id, name: file.name, asset: nil)
                }
            }
            if let retryAt {
                let arguments: StatementArguments = [failure.code, failure.message, retryAt, job.id]
                try db.cachedStatement(sql: Self.failForNow).execute(arguments: arguments)
            } else {
                let arguments: StatementArguments = [failure.code, failure.message, now, job.id]
                try db.cachedStatement(sql: Self.failForGood).execute(arguments: arguments)
            }
        }
    }

    /// Every job that failed, with each of its files, the latest first.
    public func failures() async throws(CatalogError) -> [FailedJob] {
        try await read { db in
            var directories = try DirectoryTable(db)
            return try Row.fetchAll(db, sql: Self.selectFailures).compactMap { row in
                guard let stage = JobStage(rawValue: row[0]) else { return nil }
                let path = try directories.location(of: row[5]).path.appending(row.name(6))
                return FailedJob(
                    path: path, stage: stage, code: row[1] ?? "", message: row[2] ?? "", attempts: row[3],
                    failedAt: row[4] ?? 0)
            }
        }
    }

    /// Queues failed jobs again, before all others: those of these files, or all of them.
    ///
    /// - Returns: How many.
    public func retryFailures(_ paths: [MediaPath]? = nil) async throws(CatalogError) -> Int {
        try await write { db in
            guard let paths else {
                try db.execute(sql: Self.retryAll)
                return db.changesCount
            }
            var directories = try DirectoryTable(db)
            return try paths.reduce(0) { count, path in
                guard let file = try Self.file(at: path, db, &directories) else { return count }
                try db.execute(sql: Self.retryFile, arguments: [file.id])
                return count + db.changesCount
            }
        }
    }

    /// Where a job's file is: the file itself, or one of the asset's.
    static func path(
        ofFile file: Int64?, orAsset asset: Int64?, _ directories: inout DirectoryTable
    ) throws -> MediaPath? {
        let sql = file == nil ? selectPlaceOfAsset : selectPlaceOfFile
        let statement = try directories.db.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: [file ?? asset]) else { return nil }
        return try directories.location(of: row[0]).path.appending(row.name(1))
    }

    /// The row of the file at a path.
    static func file(
        at path: MediaPath, _ db: Database, _ directories: inout DirectoryTable
    ) throws -> FileTable.FileRow? {
        guard let folder = path.parent, let directory = try directories.id(of: folder) else { return nil }
        return try FileTable(db: db, now: 0).file(named: path.name, in: directory)
    }
}
