import GRDB
public import MediaTypes

extension MediaCatalog {
    /// Takes the next jobs of these stages that are due: by priority, then by stage, then
    /// the newest file first. None while paused.
    public func leaseJobs(stages: Set<JobStage>, limit: Int) async throws(CatalogError) -> [IndexingJob] {
        let now = clock()
        return try await write { db in
            guard try !Setting.isPaused(db) else { return [] }
            var lease = Lease(db: db, now: now, directories: try DirectoryTable(db))
            return try lease.take(stages: stages, limit: limit)
        }
    }

    /// When the next job of these stages that waits is due, in seconds since 1970 (long ago: at once); `nil`: none waits.
    public func nextDueTime(stages: Set<JobStage>) async throws(CatalogError) -> Double? {
        try await read { db in
            guard try !Setting.isPaused(db) else { return nil }
            let times = try stages.map { stage in
                try Double.fetchOne(db, sql: Lease.selectNextDue, arguments: [stage.rawValue])
            }
            return times.compactMap { $0 }.min()
        }
    }

    /// Takes back what ran when the daemon died. To be called once, before the first lease.
    ///
    /// A job that was there at five deaths is suspected of them, and fails with the code `crashed`.
    public func recoverLeases() async throws(CatalogError) {
        let now = clock()
        try await write { db in
            try db.execute(sql: Lease.recover)
            try db.execute(sql: Lease.failSuspects, arguments: [now])
        }
    }

    /// Puts a leased job back as it was, its attempt uncounted.
    public func returnJob(_ job: IndexingJob, notBefore: Double) async throws(CatalogError) {
        try await write { db in try db.execute(sql: Lease.giveBack, arguments: [notBefore, job.id]) }
    }

    /// Puts every leased job back, the attempts uncounted: the daemon stops in good order.
    public func returnLeases() async throws(CatalogError) {
        try await write { db in try db.execute(sql: Lease.giveAllBack) }
    }

    /// The job's file is not what it was when it was leased: queues it to be hashed, and puts the job back, which waits
    /// for that, or for another file of the same content.
    public func recheckFile(of job: IndexingJob, notBefore: Double) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            try db.execute(sql: Lease.giveBack, arguments: [notBefore, job.id])
            var directories = try DirectoryTable(db)
            guard job.stage != .identity, let file = try Self.file(at: job.path, db, &directories),
                file.assetID == job.assetID
            else { return }
            let jobs = JobTable(db: db, now: now)
            let priority = try jobs.rank(of: job).priority
            try jobs.queueIdentity(ofFile: file.id, job.identity, priority: priority, notBefore: notBefore)
        }
    }

    /// Whether no jobs are leased until someone resumes.
    public func isPaused() async throws(CatalogError) -> Bool {
        try await read { db in try Setting.isPaused(db) }
    }

    /// Stops leasing jobs, or starts again; remembered over restarts.
    public func setPaused(_ isPaused: Bool) async throws(CatalogError) {
        try await write { db in try Setting.setPaused(isPaused, db) }
    }
}

/// Values of the table `setting`.
enum Setting {
    static let select = "SELECT value FROM setting WHERE name = ?"
    static let upsert = """
        INSERT INTO setting(name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """

    static func isPaused(_ db: Database) throws -> Bool {
        try String.fetchOne(db.cachedStatement(sql: select), arguments: ["paused"]) == "yes"
    }

    /// The models that the library's words are read with.
    static func modelDigest(_ db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: select), arguments: ["first-look"])
    }

    static func setModelDigest(_ digest: String, _ db: Database) throws {
        try db.execute(sql: upsert, arguments: ["first-look", digest])
    }

    /// The encoder that the library's vectors are made by.
    static func encoderDigest(_ db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: select), arguments: ["encoder"])
    }

    static func setEncoderDigest(_ digest: String, _ db: Database) throws {
        try db.execute(sql: upsert, arguments: ["encoder", digest])
    }

    static func setPaused(_ isPaused: Bool, _ db: Database) throws {
        try db.execute(sql: upsert, arguments: ["paused", isPaused ? "yes" : "no"])
    }
}
