import Foundation
import GRDB
public import MediaTypes
import VectorSearch

extension MediaCatalog {
    static let selectWithoutMeaning = """
        SELECT id FROM asset WHERE meaning_at IS NULL AND (words_at IS NOT NULL OR described_at IS NOT NULL)
            AND EXISTS (SELECT 1 FROM file WHERE asset_id = asset.id) ORDER BY id DESC LIMIT ?
        """
    static let deleteMeaning = "DELETE FROM meaning WHERE asset_id = ?"
    static let insertMeaning = "INSERT INTO meaning(asset_id, vector) VALUES (?, ?)"
    static let updateMeaningAt = "UPDATE asset SET meaning_at = ? WHERE id = ?"
    static let deleteMeanings = "DELETE FROM meaning"
    static let forgetMeaningTimes = "UPDATE asset SET meaning_at = NULL WHERE meaning_at IS NOT NULL"

    /// Contents whose texts have no vectors yet, or other texts than their vectors are of: the newest first.
    public func assetsWithoutMeaning(limit: Int) async throws(CatalogError) -> [AssetTexts] {
        try await read { db in
            try Int64.fetchAll(db.cachedStatement(sql: Self.selectWithoutMeaning), arguments: [limit]).map { asset in
                try Self.texts(of: asset, db)
            }
        }
    }

    /// Stores the vectors of a content's texts in place of earlier ones. Where the texts have changed since they were
    /// given out, nothing is stored, and the content is given out again.
    ///
    /// - Parameter vectors: One for each text; a text without a direction has an empty one, and is not found by its meaning.
    public func recordMeaning(of asset: AssetTexts, vectors: [[Float]]) async throws(CatalogError) {
        let now = clock()
        try await write { db in
            guard try Self.texts(of: asset.assetID, db) == asset else { return }
            try db.execute(sql: Self.deleteMeaning, arguments: [asset.assetID])
            for vector in vectors.compactMap(MeaningVector.init) {
                try db.execute(sql: Self.insertMeaning, arguments: [asset.assetID, Data(vector.bytes)])
            }
            try db.execute(sql: Self.updateMeaningAt, arguments: [now, asset.assetID])
        }
    }

    /// From now on vectors are made by this encoder: those of another one are forgotten, and made anew.
    public func useMeanings(ofEncoder digest: String) async throws(CatalogError) {
        try await write { db in
            guard try Setting.encoderDigest(db) != digest else { return }
            try db.execute(sql: Self.deleteMeanings)
            try db.execute(sql: Self.forgetMeaningTimes)
            try Setting.setEncoderDigest(digest, db)
        }
    }

    /// Reads the vectors into memory, so that the first search need not.
    public func loadMeanings() async throws(CatalogError) {
        try await read { [meanings] db in try meanings.follow(db) }
    }

    /// The part of a query that is looked up by its meaning; `nil`: the query has none, or cannot be read.
    public func meaningText(ofQuery query: String) -> String? {
        guard let expression = try? QueryParser.parse(query, today: LocalTime.day(at: clock())) else { return nil }
        return expression.meaningText
    }

    private static func texts(of asset: Int64, _ db: Database) throws -> AssetTexts {
        let rows = try Row.fetchAll(db.cachedStatement(sql: DescriptionTable.select), arguments: [asset])
        let descriptions = rows.compactMap { DescriptionTable.description(in: $0)?.description }
        return AssetTexts(assetID: asset, texts: MeaningTexts.texts(of: descriptions))
    }
}
