import GRDB
import Testing

@testable import Catalog

/// What holds of every library at every moment.
enum Invariants {
    static func check(_ catalog: MediaCatalog, _ when: String) async throws {
        let kept = try await catalog.read { db in try tally(db) }
        let counted = try await catalog.read { db in try count(db) }
        #expect(kept == counted, "the tallies differ from the rows: \(when)")
        let strays = try await catalog.read { db in try Row.fetchAll(db, sql: Self.strays).map(\.description) }
        #expect(strays == [], "\(when)")
        try await catalog.write { db in
            for table in ["search", "search_part"] {
                // Compares the index with the texts; throws where they differ.
                try db.execute(sql: "INSERT INTO \(table)(\(table), rank) VALUES ('integrity-check', 1)")
            }
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty, "\(when)")
        }
    }

    private static func tally(_ db: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, count FROM tally WHERE count <> 0")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    private static func count(_ db: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT 'files', count(*) FROM file UNION ALL
                SELECT 'undescribed', count(*) FROM file LEFT JOIN asset ON asset.id = asset_id WHERE described_at IS NULL
                UNION ALL SELECT stage || ' ' || state, count(*) FROM job GROUP BY stage, state
                """)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) }).filter { $0.value != 0 }
    }

    /// Jobs of contents that lie nowhere; files without search text; unfinished contents and unknown files without a job.
    private static let strays = """
        SELECT 'job of no file', id FROM job
            WHERE asset_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM file WHERE file.asset_id = job.asset_id)
        UNION ALL SELECT 'file without text', id FROM file WHERE id NOT IN (SELECT id FROM search_text)
        UNION ALL SELECT 'text without file', id FROM search_text WHERE id NOT IN (SELECT id FROM file)
        UNION ALL SELECT 'unknown file without job', id FROM file
            WHERE asset_id IS NULL AND NOT EXISTS (SELECT 1 FROM job WHERE job.file_id = file.id)
        UNION ALL SELECT 'unfinished asset without job', id FROM asset
            WHERE (facts_at IS NULL OR words_at IS NULL OR described_at IS NULL)
                AND EXISTS (SELECT 1 FROM file WHERE file.asset_id = asset.id)
                AND NOT EXISTS (SELECT 1 FROM job WHERE job.asset_id = asset.id)
        """
}
