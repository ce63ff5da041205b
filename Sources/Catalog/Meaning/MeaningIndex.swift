import Foundation
import GRDB
import Synchronization
import VectorSearch

/// The table `meaning` as an index in memory, which follows the table whenever it is asked.
///
/// Numbers only grow, and the library has one writer: what a reader sees has every number up to its largest, so that the index
/// may serve readers of different moments.
final class MeaningIndex: Sendable {
    static let selectNew = "SELECT id, vector FROM meaning WHERE id > ? ORDER BY id LIMIT \(batch)"
    static let selectVectors = """
        SELECT asset_id, vector FROM meaning WHERE id IN (SELECT value FROM json_each(?))
        """
    static let selectLast = "SELECT ifnull(max(id), 0) FROM meaning"
    static let selectAll = "SELECT id FROM meaning INDEXED BY meaning_asset"

    /// Vectors that are read between two looks at the index, for which others wait.
    private static let batch = 4_096
    /// Where a larger share of the candidates is in the table no more, all that are gone are taken out.
    private static let mostGone = 0.25

    private let vectors = Mutex(VectorIndex())

    /// How many vectors it has.
    var count: Int { vectors.withLock(\.count) }

    /// The contents that are nearest to a query's meaning, the nearest first, and how near: cosines of at least `least`.
    ///
    /// - Parameter factor: How many times the usual number of candidates is looked at.
    func nearest(
        to query: MeaningVector, atLeast least: Float, candidates factor: Int, _ db: Database
    ) throws -> [(asset: Int64, similarity: Float)] {
        try follow(db)
        var candidates = candidates(for: query, factor)
        var rows = try similarities(of: candidates, to: query, db)
        if Double(rows.count) < Double(candidates.count) * (1 - Self.mostGone) {
            try forgetGone(db)
            candidates = self.candidates(for: query, factor)
            rows = try similarities(of: candidates, to: query, db)
        }
        var best: [Int64: Float] = [:]
        for (asset, similarity) in rows where similarity >= least {
            best[asset] = max(similarity, best[asset] ?? similarity)
        }
        return best.map { (asset: $0.key, similarity: $0.value) }
            .sorted { ($1.similarity, $1.asset) < ($0.similarity, $0.asset) }
    }

    /// Takes in what is new in the table.
    func follow(_ db: Database) throws {
        while true {
            let last = vectors.withLock { $0.lastID ?? 0 }
            var new: [(id: Int64, vector: MeaningVector)] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.selectNew), arguments: [last])
            while let row = try rows.next() {
                if let vector = try Self.vector(in: row, 1) { new.append((row[0], vector)) }
            }
            if new.isEmpty { return }
            vectors.withLock { vectors in
                // Another reader may have taken in some of them meanwhile.
                for (id, vector) in new where id > vectors.lastID ?? 0 { vectors.append(vector, id: id) }
            }
        }
    }

    private func candidates(for query: MeaningVector, _ factor: Int) -> [Int64] {
        vectors.withLock { $0.candidates(for: query, count: factor * VectorIndex.candidateCount(of: $0.count)) }
    }

    /// Takes out what is in the table no more, but for what came after this reader's moment.
    private func forgetGone(_ db: Database) throws {
        let last = try Int64.fetchOne(db.cachedStatement(sql: Self.selectLast)) ?? 0
        let there = try Int64.fetchSet(db.cachedStatement(sql: Self.selectAll))
        vectors.withLock { $0.remove { $0 <= last && !there.contains($0) } }
    }

    private func similarities(
        of ids: [Int64], to query: MeaningVector, _ db: Database
    ) throws -> [(asset: Int64, similarity: Float)] {
        let list = "[" + ids.map(String.init).joined(separator: ",") + "]"
        let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.selectVectors), arguments: [list])
        var found: [(asset: Int64, similarity: Float)] = []
        while let row = try rows.next() {
            guard let vector = try Self.vector(in: row, 1) else { continue }
            found.append((row[0], vector.similarity(to: query)))
        }
        return found
    }

    private static func vector(in row: Row, _ column: Int) throws -> MeaningVector? {
        try row.withUnsafeData(atIndex: column) { $0?.withUnsafeBytes { MeaningVector(bytes: $0) } }
    }
}
