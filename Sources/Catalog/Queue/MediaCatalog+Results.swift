import GRDB
public import MediaTypes

extension MediaCatalog {
    static let linkFile = "UPDATE file SET asset_id = ? WHERE id = ?"
    static let deleteDescriptions = "DELETE FROM description WHERE asset_id = ? AND source = ?"
    static let deleteFirstLook = "DELETE FROM description WHERE asset_id = ? AND source = 'first-look'"
    static let deleteFirstLookTags = "\(deleteFirstLook) AND field = 'tag'"
    static let selectIsDescribed = "SELECT described_at IS NOT NULL FROM asset WHERE id = ?"

    /// Ends `identity`: stores what the file was when it was hashed, links it to its content, and queues what has not been
    /// done for that content yet.
    ///
    /// Where the file is known to have changed since, the hash is of what it was: the job waits anew.
    public func recordIdentity(
        _ job: IndexingJob, hash: ContentHash, identity: FileIdentity
    ) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            let jobs = JobTable(db: db, now: now)
            let files = FileTable(db: db, now: now)
            guard let file = try jobs.file(of: job) else { return }
            guard file.identity.isSameFile(as: job.identity) || file.identity.isSameFile(as: identity)
            else { return try jobs.requeue(job) }
            let rank = try jobs.rank(of: job)
            let asset = try AssetTable(db: db).id(of: hash, byteCount: identity.byteCount)
            try jobs.delete(job)
            if file.identity != identity { try files.setIdentity(identity, of: file.id) }
            if asset != file.assetID {
                try db.cachedStatement(sql: Self.linkFile).execute(arguments: [asset, file.id])
                try SearchTextTable(db: db).refreshFile(file.id, name: file.name, asset: asset)
            }
            try jobs.queueMissing(ofAsset: asset, rank)
        }
    }

    /// Ends `facts`, and queues `words` and `description`. A file that does not say when it was taken was taken when it
    /// was last modified.
    public func recordFacts(_ job: IndexingJob, facts: MediaFacts) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            guard let asset = job.assetID else { return }
            var facts = facts
            facts.takenAt = facts.takenAt ?? LocalTime.captureTime(at: job.identity.modifiedAt)
            try AssetTable(db: db).setFacts(facts, of: asset, at: now)
            try SearchTextTable(db: db).refreshAsset(asset)
            try Self.end(job, asset, JobTable(db: db, now: now))
        }
    }

    /// Ends `words`: lines and tags take the place of those of an earlier first look. Of an asset that the engine has
    /// described the tags are left out: it knows better.
    public func recordWords(_ job: IndexingJob, _ reading: FirstLookReading) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            guard let asset = job.assetID else { return }
            try db.execute(sql: Self.deleteFirstLook, arguments: [asset])
            var provenance = Provenance(source: .firstLook)
            provenance.engine = reading.text.engine
            provenance.modelDigest = reading.text.modelDigest
            let table = DescriptionTable(db: db, asset: asset, now: now)
            for description in reading.text.descriptions { try table.insert(description, provenance) }
            if try Bool.fetchOne(db, sql: Self.selectIsDescribed, arguments: [asset]) != true {
                provenance.modelDigest = reading.modelDigest
                for tag in reading.tags {
                    let description = Description(field: .tag, text: tag.text, confidence: tag.confidence)
                    try table.insert(description, provenance)
                }
            }
            try db.execute(sql: AssetTable.updateWordsAt, arguments: [now, asset])
            try SearchTextTable(db: db).refreshAsset(asset)
            try Self.end(job, asset, JobTable(db: db, now: now))
        }
    }

    /// Ends `description`: what the engine says now takes the place of what it said before; others' words stay.
    public func recordDescription(
        _ job: IndexingJob, _ descriptions: [Description], provenance: Provenance
    ) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            guard let asset = job.assetID else { return }
            try db.execute(sql: Self.deleteDescriptions, arguments: [asset, provenance.source.rawValue])
            if provenance.source == .engine { try db.execute(sql: Self.deleteFirstLookTags, arguments: [asset]) }
            let table = DescriptionTable(db: db, asset: asset, now: now)
            var said: Set<Description> = []
            for description in descriptions where said.insert(description).inserted {
                try table.insert(description, provenance)
            }
            try db.execute(sql: AssetTable.updateDescribedAt, arguments: [now, asset])
            try SearchTextTable(db: db).refreshAsset(asset)
            try Self.end(job, asset, JobTable(db: db, now: now))
        }
    }

    /// Deletes a job whose result is stored, and queues what is next.
    private static func end(_ job: IndexingJob, _ asset: Int64, _ jobs: JobTable) throws {
        let rank = try jobs.rank(of: job)
        try jobs.delete(job)
        try jobs.queueMissing(ofAsset: asset, rank)
    }
}

extension RecognisedText {
    /// One description for a picture; for a video one for each moment.
    var descriptions: [Description] {
        var moments: [(time: Double?, lines: [RecognisedLine])] = []
        for line in lines {
            if let last = moments.indices.last, moments[last].time == line.time {
                moments[last].lines.append(line)
            } else {
                moments.append((line.time, [line]))
            }
        }
        return moments.map { time, lines in
            Description(
                field: .ocr, text: lines.map(\.text).joined(separator: "\n"),
                confidence: lines.map(\.confidence).reduce(0, +) / Double(lines.count),
                language: languages.isEmpty ? nil : languages,
                span: time.map { $0...$0 })
        }
    }
}
