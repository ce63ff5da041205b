import GRDB
import MediaTypes

/// Taking jobs out of the queue, inside one transaction.
struct Lease {
    let db: Database
    let now: Double
    var directories: DirectoryTable

    /// Through `job_due` SQLite would collect and sort all that is due.
    static let selectDue = """
        SELECT id, file_id, asset_id, priority, attempts FROM job INDEXED BY job_next
        WHERE state = 'waiting' AND stage = ? AND not_before < 9000000000 AND not_before <= ?
        ORDER BY priority, sort_time DESC LIMIT ?
        """
    static let selectNextDue = """
        SELECT min(not_before) FROM job WHERE state = 'waiting' AND stage = ? AND not_before < 9000000000
        """
    /// Puts off what lies in offline roots only, in one go: one by one would take the square of their number.
    static let putOffOffline = """
        WITH RECURSIVE inside(id) AS (
            SELECT directory_id FROM root WHERE state = 'offline'
            UNION ALL SELECT d.id FROM directory d JOIN inside ON d.parent_id = inside.id)
        UPDATE job SET not_before = 9000000000 WHERE state = 'waiting' AND (
            file_id IN (SELECT id FROM file WHERE directory_id IN inside)
            OR asset_id IN (SELECT asset_id FROM file WHERE directory_id IN inside)
                AND NOT EXISTS (
                    SELECT 1 FROM file WHERE asset_id = job.asset_id AND directory_id NOT IN inside))
        """
    static let start = "UPDATE job SET state = 'running', attempts = attempts + 1, leased_at = ? WHERE id = ?"
    static let postpone = "UPDATE job SET not_before = ? WHERE id = ?"
    static let giveBack = """
        UPDATE job SET state = 'waiting', attempts = max(0, attempts - 1), not_before = ?, leased_at = NULL
        WHERE id = ? AND state = 'running'
        """
    static let giveAllBack = """
        UPDATE job SET state = 'waiting', attempts = max(0, attempts - 1), leased_at = NULL WHERE state = 'running'
        """
    static let recover = """
        UPDATE job SET state = 'waiting', interruptions = interruptions + (stage <> 'identity'), not_before = 0, leased_at = NULL
        WHERE state = 'running'
        """
    static let failSuspects = """
        UPDATE job SET state = 'failed', failed_at = ?, error_code = 'crashed',
            error_message = 'Tintype was killed five times while it worked on this file.'
        WHERE state = 'waiting' AND interruptions >= 5
        """
    static let selectFile = """
        SELECT id, name, device, inode, byte_count, modified_at, asset_id, directory_id FROM file WHERE id = ?
        """
    /// A file that is to be hashed again may have another content by now, so it cannot stand for its asset.
    static let selectFilesOfAsset = """
        SELECT id, name, device, inode, byte_count, modified_at, asset_id, directory_id FROM file
        WHERE asset_id = ? AND NOT EXISTS (SELECT 1 FROM job WHERE job.file_id = file.id) LIMIT 50
        """

    /// A job that could be leased.
    private struct Candidate {
        var id: Int64
        var stage: JobStage
        var fileID: Int64?
        var assetID: Int64?
        var priority: Int
        var attempts: Int
    }

    /// Takes up to `limit` jobs. One that cannot be worked on now is put off, so that it is in nobody's way.
    mutating func take(stages: Set<JobStage>, limit: Int) throws -> [IndexingJob] {
        var jobs: [IndexingJob] = []
        var candidates = try due(stages, limit: limit)
        while !candidates.isEmpty, jobs.count < limit {
            for candidate in candidates.prefix(limit - jobs.count) {
                if let job = try job(for: candidate) {
                    try db.cachedStatement(sql: Self.start).execute(arguments: [now, candidate.id])
                    jobs.append(job)
                }
            }
            candidates = jobs.count < limit ? try due(stages, limit: limit - jobs.count) : []
        }
        return jobs
    }

    private func due(_ stages: Set<JobStage>, limit: Int) throws -> [Candidate] {
        let statement = try db.cachedStatement(sql: Self.selectDue)
        let order = JobStage.allCases
        let candidates = try order.filter(stages.contains).flatMap { stage in
            try Row.fetchAll(statement, arguments: [stage.rawValue, now, limit]).map { row in
                Candidate(
                    id: row[0], stage: stage, fileID: row[1], assetID: row[2], priority: row[3], attempts: row[4])
            }
        }
        // They come by stage, and newest first within one; the place keeps that order within a priority.
        let sorted = candidates.enumerated().sorted { left, right in
            (left.element.priority, left.offset) < (right.element.priority, right.offset)
        }
        return sorted.prefix(limit).map(\.element)
    }

    private mutating func job(for candidate: Candidate) throws -> IndexingJob? {
        guard let (file, directory) = try file(for: candidate) else { return nil }
        let asset = try candidate.assetID.flatMap { try AssetTable(db: db).facts(of: $0) }
        return IndexingJob(
            id: candidate.id, stage: candidate.stage, path: directory.appending(file.name), identity: file.identity,
            assetID: candidate.assetID, contentHash: asset?.hash, facts: asset?.facts,
            attempts: candidate.attempts + 1)
    }

    /// A file to do the job on, and where it is. Where there is none at the moment, the job is put off.
    private mutating func file(for candidate: Candidate) throws -> (FileTable.FileRow, MediaPath)? {
        let rows =
            if let id = candidate.fileID {
                try Row.fetchAll(db.cachedStatement(sql: Self.selectFile), arguments: [id])
            } else {
                try Row.fetchAll(db.cachedStatement(sql: Self.selectFilesOfAsset), arguments: [candidate.assetID])
            }
        for row in rows {
            let location = try directories.location(of: row[7])
            if location.root.state != .offline { return (FileTable.row(row), location.path) }
        }
        // Offline: `setRootState` makes it due again. Being hashed: that is over in a moment.
        let delay = rows.isEmpty ? 2.0 : 300.0
        try db.cachedStatement(sql: Self.postpone).execute(arguments: [now + delay, candidate.id])
        return nil
    }
}
