import GRDB
import MediaTypes

/// The rows of `description` of one asset, inside one transaction.
struct DescriptionTable {
    let db: Database
    let asset: Int64
    let now: Double

    static let insert = """
        INSERT INTO description(asset_id, field, text, confidence, language, source, engine, model, model_digest,
            prompt_digest, settings, seed, span_start, span_end, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let columns = """
        asset_id, field, text, confidence, language, source, engine, model, model_digest, prompt_digest, settings,
        seed, span_start, span_end, created_at
        """
    /// Who is believed first: the person, then the engine.
    static let order = """
        CASE source WHEN 'user' THEN 0 WHEN 'engine' THEN 1 ELSE 2 END, id
        """
    static let select = "SELECT \(columns) FROM description WHERE asset_id = ? ORDER BY \(order)"

    /// Stores one; an empty text says nothing and is left out.
    func insert(_ description: Description, _ provenance: Provenance) throws {
        guard description.text.contains(where: { !$0.isWhitespace }) else { return }
        let values: [(any DatabaseValueConvertible)?] = [
            asset, description.field.rawValue, description.text, description.confidence, description.language,
            provenance.source.rawValue, provenance.engine, provenance.model, provenance.modelDigest,
            provenance.promptDigest, provenance.settings, provenance.seed, description.span?.lowerBound,
            description.span?.upperBound, now,
        ]
        try db.cachedStatement(sql: Self.insert).execute(arguments: StatementArguments(values))
    }

    /// The description in a row of `columns`; `nil` where a word in it is one that we do not know.
    static func description(in row: Row) -> StoredDescription? {
        guard let field = Description.Field(rawValue: row[1]), let source = Description.Source(rawValue: row[5])
        else { return nil }
        var provenance = Provenance(source: source)
        provenance.engine = row[6]
        provenance.model = row[7]
        provenance.modelDigest = row[8]
        provenance.promptDigest = row[9]
        provenance.settings = row[10]
        provenance.seed = row[11]
        var span: ClosedRange<Double>?
        if let start = row[12] as Double? { span = start...max(start, row[13] ?? start) }
        return StoredDescription(
            description: Description(field: field, text: row[2], confidence: row[3], language: row[4], span: span),
            provenance: provenance, createdAt: row[14])
    }
}
