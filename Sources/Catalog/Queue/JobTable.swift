import GRDB
import MediaTypes

/// The rows of `job` inside one transaction: how they come, wait and go.
struct JobTable {
    /// What a job hands on to those that follow it.
    struct Rank {
        var priority: JobPriority
        var sortTime: Double
    }

    let db: Database
    let now: Double

    // MARK: Statements

    /// A running job keeps its state: its result is found to be stale, and then it waits anew.
    static let queueFile = """
        INSERT INTO job(stage, file_id, priority, sort_time, not_before) VALUES ('identity', ?, ?, ?, ?)
        ON CONFLICT (file_id, stage) DO UPDATE SET
            state = CASE state WHEN 'running' THEN state ELSE 'waiting' END,
            priority = min(priority, excluded.priority), sort_time = excluded.sort_time, attempts = 0,
            interruptions = 0, not_before = excluded.not_before, error_code = NULL, error_message = NULL, failed_at = NULL
        """
    static let queueFileIfAbsent = """
        INSERT INTO job(stage, file_id, priority, sort_time) VALUES ('identity', ?, ?, ?)
        ON CONFLICT (file_id, stage) DO NOTHING
        """
    /// One that waits moves up where it is wanted sooner, and waits no longer for its file to be hashed; one that runs or
    /// has failed is left alone.
    static let queueAsset = """
        INSERT INTO job(stage, asset_id, priority, sort_time) VALUES (?, ?, ?, ?)
        ON CONFLICT (asset_id, stage) DO UPDATE SET
            priority = min(priority, excluded.priority), sort_time = max(sort_time, excluded.sort_time),
            not_before = CASE WHEN error_code IS NULL THEN 0 ELSE not_before END
            WHERE state = 'waiting'
        """
    static let queueAgain = """
        INSERT INTO job(stage, asset_id, priority, sort_time) VALUES ('description', ?, 0, ?)
        ON CONFLICT (asset_id, stage) DO UPDATE SET state = 'waiting', priority = 0, attempts = 0, interruptions = 0,
            not_before = 0, error_code = NULL, error_message = NULL, failed_at = NULL WHERE state <> 'running'
        """
    /// Every content that lies somewhere and whose words were read; those that wait or run already will be read anyhow.
    static let queueWordsAgain = """
        INSERT INTO job(stage, asset_id, priority, sort_time)
        SELECT 'words', asset.id, 2, max(file.modified_at) FROM asset JOIN file ON file.asset_id = asset.id
        WHERE asset.words_at IS NOT NULL GROUP BY asset.id
        ON CONFLICT (asset_id, stage) DO NOTHING
        """
    static let selectMissing = """
        SELECT facts_at IS NULL, words_at IS NULL, described_at IS NULL,
            EXISTS (SELECT 1 FROM file WHERE asset_id = asset.id) FROM asset WHERE id = ?
        """
    static let selectRank = "SELECT priority, sort_time FROM job WHERE id = ?"
    static let deleteJob = "DELETE FROM job WHERE id = ?"
    static let requeueJob = """
        UPDATE job SET state = 'waiting', attempts = 0, interruptions = 0, not_before = 0, leased_at = NULL WHERE id = ?
        """
    static let selectFileOfJob = """
        SELECT f.id, f.name, f.device, f.inode, f.byte_count, f.modified_at, f.asset_id
        FROM job JOIN file f ON f.id = job.file_id WHERE job.id = ?
        """
    /// One that failed and is tried again keeps its time, unless its drive was away.
    static let resumePostponed = """
        UPDATE job SET not_before = 0 WHERE state = 'waiting' AND (error_code IS NULL OR not_before >= 9000000000)
        """

    // MARK: Coming

    /// Queues a file to be hashed, anew where it was: a failure of what the file was before is no failure of what it is.
    func queueIdentity(
        ofFile id: Int64, _ identity: FileIdentity, priority: JobPriority, notBefore: Double = 0
    ) throws {
        try db.cachedStatement(sql: Self.queueFile)
            .execute(arguments: [id, priority.rawValue, identity.modifiedAt, notBefore])
    }

    /// Queues a file to be hashed unless it is queued, or has failed.
    func queueIdentityIfAbsent(ofFile id: Int64, _ identity: FileIdentity, priority: JobPriority) throws {
        try db.cachedStatement(sql: Self.queueFileIfAbsent)
            .execute(arguments: [id, priority.rawValue, identity.modifiedAt])
    }

    /// Queues what has not been done yet for an asset that lies somewhere: `facts`, or else `words` and `description`.
    func queueMissing(ofAsset id: Int64, _ rank: Rank) throws {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.selectMissing), arguments: [id]), row[3]
        else { return }
        let (facts, words, description): (Bool, Bool, Bool) = (row[0], row[1], row[2])
        if facts { return try queue(.facts, ofAsset: id, rank) }
        if words { try queue(.words, ofAsset: id, rank) }
        if description { try queue(.description, ofAsset: id, rank) }
    }

    /// Queues `words` for every asset that has had it.
    func queueWordsOfAll() throws { try db.execute(sql: Self.queueWordsAgain) }

    private func queue(_ stage: JobStage, ofAsset id: Int64, _ rank: Rank) throws {
        try db.cachedStatement(sql: Self.queueAsset)
            .execute(arguments: [stage.rawValue, id, rank.priority.rawValue, rank.sortTime])
    }

    // MARK: Going

    /// Where a job stands in the queue; at its end where it was purged meanwhile.
    func rank(of job: IndexingJob) throws -> Rank {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.selectRank), arguments: [job.id])
        else { return Rank(priority: .backlog, sortTime: job.identity.modifiedAt) }
        return Rank(priority: JobPriority(rawValue: row[0]) ?? .backlog, sortTime: row[1])
    }

    /// Ends a job.
    func delete(_ job: IndexingJob) throws {
        try db.cachedStatement(sql: Self.deleteJob).execute(arguments: [job.id])
    }

    /// Lets a job wait as if it had never run.
    func requeue(_ job: IndexingJob) throws {
        try db.cachedStatement(sql: Self.requeueJob).execute(arguments: [job.id])
    }

    /// The file of an `identity` job as it is now; `nil` where the file, and so the job, is gone.
    func file(of job: IndexingJob) throws -> FileTable.FileRow? {
        try Row.fetchOne(db.cachedStatement(sql: Self.selectFileOfJob), arguments: [job.id]).map(FileTable.row)
    }
}
