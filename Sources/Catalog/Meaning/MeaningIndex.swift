import Foundation
import GRDB
import Synchronization
import VectorSearch

/// The table `meaning` as an index in memory, which follows the table whenever it is asked.
final class MeaningIndex: Sendable {
    static let selectNew = "SELECT id, vector FROM meaning WHERE id > ? ORDER BY id"
    static let selectVectors = """
        SELECT asset_id, vector FROM meaning WHERE id IN (SELECT value FROM json_each(?))
        """

    /// Where a larger share of what the index names is in the table no more, it is built anew.
    private static let mostGone = 0.25

    private let vectors = Mutex(VectorIndex())

    /// How many vectors it has.
    var count: Int { vectors.withLock(\.count) }

    /// The contents that are nearest to a query's meaning, the nearest first, and how near: cosines of at least `least`.
    func nearest(
        to query: MeaningVector, atLeast least: Float, _ db: Database
    ) throws -> [(asset: Int64, similarity: Float)] {
        var candidates = try candidates(for: query, db)
        var rows = try similarities(of: candidates, to: query, db)
        if Double(rows.count) < Double(candidates.count) * (1 - Self.mostGone) {
            vectors.withLock { $0 = VectorIndex() }
            candidates = try self.candidates(for: query, db)
            rows = try similarities(of: candidates, to: query, db)
        }
        var best: [Int64: Float] = [:]
        for (asset, similarity) in rows where similarity >= least {
            best[asset] = max(similarity, best[asset] ?? similarity)
        }
        return best.map { (asset: $0.key, similarity: $0.value) }
            .sorted { ($1.similarity, $1.asset) < ($0.similarity, $0.asset) }
    }

    private func candidates(for query: MeaningVector, _ db: Database) throws -> [Int64] {
        try vectors.withLock { vectors in
            let new = try Row.fetchCursor(
                db.cachedStatement(sql: Self.selectNew), arguments: [vectors.lastID ?? 0])
            while let row = try new.next() {
                guard let vector = try Self.vector(in: row) else { continue }
                vectors.append(vector, id: row[0])
            }
            return vectors.candidates(for: query, count: VectorIndex.candidateCount(of: vectors.count))
        }
    }

    private func similarities(
        of ids: [Int64], to query: MeaningVector, _ db: Database
    ) throws -> [(asset: Int64, similarity: Float)] {
        let list = "[" + ids.map(String.init).joined(separator: ",") + "]"
        let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.selectVectors), arguments: [list])
        var found: [(asset: Int64, similarity: Float)] = []
        while let row = try rows.next() {
            guard let vector = try Self.vector(in: row) else { continue }
            found.append((row[0], vector.similarity(to: query)))
        }
        return found
    }

    private static func vector(in row: Row) throws -> MeaningVector? {
        try row.withUnsafeData(atIndex: 1) { $0?.withUnsafeBytes { MeaningVector(bytes: $0) } }
    }
}
