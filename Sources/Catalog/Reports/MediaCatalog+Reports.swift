import GRDB
public import MediaTypes

extension MediaCatalog {
    static let selectFilesOf = """
        SELECT id, directory_id, name, device, inode, byte_count, modified_at FROM file
        WHERE id = ?1 OR asset_id = ?2 ORDER BY id <> ?1, id
        """
    static let selectJobsOf = """
        SELECT stage, state, priority, attempts, not_before, leased_at, error_code, error_message, failed_at FROM job
        WHERE file_id IN (SELECT id FROM file WHERE id = ?1 OR asset_id = ?2) OR asset_id = ?2 ORDER BY id
        """

    /// Everything known of a content; `nil`: there is none of this number.
    public func asset(_ id: Int64) async throws(CatalogError) -> AssetReport? {
        try await read { db in
            guard try AssetTable(db: db).facts(of: id) != nil else { return nil }
            var report = try Self.report(file: nil, asset: id, db)
            report.whyNot = WhyNot.sentences(for: report)
            return report
        }
    }

    /// Everything known of the file at a path; of one that is not in the library, why not.
    public func file(at path: MediaPath) async throws(CatalogError) -> AssetReport {
        try await read { db in
            var directories = try DirectoryTable(db)
            guard let file = try Self.file(at: path, db, &directories) else {
                var report = AssetReport()
                report.whyNot = WhyNot.sentences(for: path, directories)
                return report
            }
            var report = try Self.report(file: file.id, asset: file.assetID, db)
            report.whyNot = WhyNot.sentences(for: report)
            return report
        }
    }

    private static func report(file: Int64?, asset: Int64?, _ db: Database) throws -> AssetReport {
        var report = AssetReport(assetID: asset)
        var directories = try DirectoryTable(db)
        report.files = try Row.fetchAll(db, sql: selectFilesOf, arguments: [file, asset]).map { row in
            let path = try directories.location(of: row[1]).path.appending(row.name(2))
            return IndexedFile(id: row[0], path: path, identity: row.identity(3))
        }
        report.jobs = try Row.fetchAll(db, sql: selectJobsOf, arguments: [file, asset]).compactMap(job)
        guard let asset else { return report }
        let known = try AssetTable(db: db).facts(of: asset)
        report.contentHash = known?.hash
        report.facts = known?.facts
        report.descriptions = try Row.fetchAll(db, sql: DescriptionTable.select, arguments: [asset])
            .compactMap(DescriptionTable.description)
        return report
    }

    private static func job(_ row: Row) -> QueuedJob? {
        guard let stage = JobStage(rawValue: row[0]), let state = QueuedJob.State(rawValue: row[1]),
            let priority = JobPriority(rawValue: row[2])
        else { return nil }
        let notBefore: Double = row[4]
        return QueuedJob(
            stage: stage, state: state, priority: priority, attempts: row[3],
            notBefore: notBefore > 0 ? notBefore : nil, since: row[5], code: row[6], message: row[7], failedAt: row[8])
    }
}

/// Why a file is not, or not wholly, indexed.
enum WhyNot {
    /// Why a path is not in the library.
    static func sentences(for path: MediaPath, _ directories: DirectoryTable) -> String {
        guard let root = directories.root(of: path) else {
            return "It lies in no watched folder. Watch its folder with \"tintype add\"."
        }
        if root.state == .offline {
            return "The watched folder \(root.path.text) is offline. It is looked through when it is back."
        }
        guard MediaKind(fileName: path.name) != nil else {
            return "Its name is not one of a photo or video. Give it the extension of what it is, as .jpg or .mp4."
        }
        let inner = path.components.dropFirst(root.path.components.count)
        if let hidden = inner.first(where: \.isHidden) {
            return "\(hidden.text) is hidden: names that begin with a dot are passed over."
        }
        return "It is not there, is still being written, or is excluded by the configuration or a .nomedia file."
    }

    /// What is still to be done for a file that is in the library, or went wrong.
    static func sentences(for report: AssetReport) -> String? {
        let failures = report.jobs.filter { $0.state == .failed }.map { job in
            "\(work(job.stage)) failed: \(job.message ?? "no reason is known") Try again with \"tintype failed --retry\"."
        }
        let open = report.jobs.filter { $0.state != .failed }.map { job in
            let doing = job.state == .running ? "is being done" : "waits its turn"
            return "\(work(job.stage)) \(doing)" + (job.message.map { ", having failed once: \($0)" } ?? ".")
        }
        if !failures.isEmpty || !open.isEmpty { return (failures + open).joined(separator: " ") }
        return report.files.isEmpty ? "No file has this content at the moment; what was said of it is kept." : nil
    }

    private static func work(_ stage: JobStage) -> String {
        switch stage {
        case .identity: "Reading its content"
        case .facts: "Reading its facts"
        case .words: "Reading the words in it"
        case .description: "Describing it"
        }
    }
}
