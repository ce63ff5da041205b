import GRDB
import MediaTypes
import Testing

@testable import Catalog

@Suite struct SchemaTests {
    @Test func `the tables are those of the dump, column by column`() async throws {
        let library = try await TestLibrary(roots: [])
        let schema = try await library.catalog.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
                        AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
                    ORDER BY type, name
                    """)
        }
        let lines = schema.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        #expect(
            lines == SchemaDump.lines, "after a change of schema/, renew the dump:\n\(lines.joined(separator: "\n"))")
    }

    @Test func `every statement can be prepared`() async throws {
        let library = try await TestLibrary(roots: [])
        try await library.catalog.write { db in
            for sql in Self.statements { _ = try db.makeStatement(sql: sql) }
        }
    }

    /// The statements that run for every file or every reply, and the index that each must go through.
    @Test(arguments: [
        (FileTable.selectNamed, ["file USING INDEX sqlite_autoindex_file_1 (directory_id=? AND name=?)"]),
        (FileTable.selectInDirectory, ["file USING INDEX sqlite_autoindex_file_1 (directory_id=?)"]),
        (
            DirectoryTable.selectChild,
            ["directory USING COVERING INDEX sqlite_autoindex_directory_1 (parent_id=? AND name=?)"]
        ),
        (Lease.selectDue, ["job USING INDEX job_next (stage=?)"]),
        (Lease.selectNextDue, ["job USING INDEX job_due (stage=? AND not_before<?)"]),
        (
            Lease.selectFilesOfAsset,
            ["file USING INDEX file_asset (asset_id=?)", "job USING COVERING INDEX sqlite_autoindex_job_1 (file_id=?)"]
        ),
        (MediaCatalog.selectFilesAfter, ["file USING INTEGER PRIMARY KEY (rowid>?)"]),
        (SearchTextTable.selectFiles, ["file USING INDEX file_asset (asset_id=?)"]),
        (DescriptionTable.select, ["description USING INDEX description_asset (asset_id=?)"]),
        (
            MediaCatalog.selectWithoutMeaning,
            ["asset USING INDEX asset_meaning", "file USING COVERING INDEX file_asset (asset_id=?)"]
        ),
        (MediaCatalog.deleteMeaning, ["meaning USING COVERING INDEX meaning_asset (asset_id=?)"]),
        (MediaCatalog.selectUndescribed, ["tally USING PRIMARY KEY (name=?)"]),
        (MediaCatalog.countAssets, ["file USING COVERING INDEX file_asset"]),
        (MediaCatalog.selectRunning, ["job USING INDEX job_running"]),
        (MediaCatalog.selectFailures, ["job USING INDEX job_failed"]),
    ])
    func `hot statements go through their index`(sql: String, uses: [String]) async throws {
        let library = try await TestLibrary(roots: [])
        let plan = try await library.catalog.read { db in
            let arguments = StatementArguments(sql.filter { $0 == "?" }.map { _ in 0 })
            return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map {
                $0["detail"] as String
            }
        }
        for use in uses { #expect(plan.contains { $0.hasSuffix(use) }, "\(sql)\n\(plan)") }
        #expect(
            !plan.contains { $0.contains("TEMP B-TREE") && !sql.contains("id DESC") && !sql.contains("CASE") },
            "\(plan)")
    }

    /// All of them, by the type that runs them.
    private static let statements: [String] = [
        DirectoryTable.selectRoots, DirectoryTable.selectChild, DirectoryTable.selectChildren,
        DirectoryTable.selectParent, DirectoryTable.insertChild, DirectoryTable.updateParent,
        DirectoryTable.deleteDirectory, DirectoryTable.selectSubtree,
        FileTable.selectInDirectory, FileTable.selectNamed, FileTable.insertFile, FileTable.updateIdentity,
        FileTable.updatePlace, FileTable.deleteFile,
        JobTable.queueFile, JobTable.queueFileIfAbsent, JobTable.queueAsset, JobTable.queueAgain,
        JobTable.selectMissing, JobTable.selectRank, JobTable.deleteJob, JobTable.requeueJob,
        JobTable.selectFileOfJob, JobTable.resumePostponed,
        Lease.selectDue, Lease.selectNextDue, Lease.putOffOffline, Lease.start, Lease.postpone, Lease.giveBack,
        Lease.giveAllBack,
        Lease.recover, Lease.failSuspects, Lease.selectFile, Lease.selectFilesOfAsset,
        AssetTable.upsert, AssetTable.select, AssetTable.updateFacts, AssetTable.updateWordsAt,
        AssetTable.updateDescribedAt, DescriptionTable.insert, DescriptionTable.select,
        SearchTextTable.insert, SearchTextTable.update, SearchTextTable.selectFiles, SearchTextTable.selectAsset,
        MediaCatalog.selectFilesAfter, Setting.select, Setting.upsert,
        MediaCatalog.insertRootDirectory, MediaCatalog.insertRoot, MediaCatalog.deleteRoot,
        MediaCatalog.updateRootState, MediaCatalog.countFilesInside, MediaCatalog.selectDeviceInside,
        MediaCatalog.selectAssetsInside,
        MediaCatalog.deleteAssetWithoutFiles, MediaCatalog.linkFile, MediaCatalog.deleteDescriptions,
        MediaCatalog.deleteFirstLook, MediaCatalog.deleteFirstLookTags, MediaCatalog.selectIsDescribed,
        JobTable.queueWordsAgain, MediaCatalog.selectFailures, MediaCatalog.selectPlaceOfFile,
        MediaCatalog.selectPlaceOfAsset, MediaCatalog.failForGood, MediaCatalog.failForNow, MediaCatalog.unlinkFile,
        MediaCatalog.retryAll, MediaCatalog.retryFile, MediaCatalog.selectSortTime, MediaCatalog.hasFacts,
        MediaCatalog.selectTags, MediaCatalog.selectUserTags, MediaCatalog.deleteUserTag, MediaCatalog.selectTally,
        MediaCatalog.selectUndescribed, MediaCatalog.countAssets, MediaCatalog.selectRunning,
        MediaCatalog.selectFilesOf, MediaCatalog.selectJobsOf,
        MediaCatalog.selectWithoutMeaning, MediaCatalog.deleteMeaning, MediaCatalog.insertMeaning,
        MediaCatalog.updateMeaningAt, MediaCatalog.deleteMeanings, MediaCatalog.forgetMeaningTimes,
        MeaningIndex.selectNew, MeaningIndex.selectVectors, MeaningIndex.selectLast, MeaningIndex.selectAll,
    ]
}
