import GRDB
public import MediaTypes

/// How often a tag is used.
public struct TagCount: Hashable, Sendable {
    /// The tag.
    public var tag: String
    /// Who gave it.
    public var source: Description.Source
    /// How many contents that lie somewhere have it.
    public var count: Int
}

extension MediaCatalog {
    static let selectTags = """
        SELECT text, source, count(*) AS uses FROM description
        WHERE field = 'tag' AND asset_id IN (SELECT asset_id FROM file)
        GROUP BY text, source ORDER BY uses DESC, text
        """
    static let selectUserTags = """
        SELECT text FROM description WHERE asset_id = ? AND field = 'tag' AND source = 'user' ORDER BY text
        """
    static let deleteUserTag = """
        DELETE FROM description
        WHERE asset_id = ? AND field = 'tag' AND source = 'user' AND text = ? COLLATE NOCASE
        """

    /// Every tag in use, the most used first; the person's own apart from automatic ones of the same name.
    public func tags() async throws(CatalogError) -> [TagCount] {
        try await read { db in
            try Row.fetchAll(db, sql: Self.selectTags).compactMap { row in
                Description.Source(rawValue: row[1]).map { TagCount(tag: row[0], source: $0, count: row[2]) }
            }
        }
    }

    /// Gives and takes the person's own tags of the content at a path, and so of all files with that content.
    ///
    /// - Returns: The person's own tags it has now, sorted.
    /// - Throws: `.notFound` or `.notReady`.
    public func editTags(
        _ path: MediaPath, add: [String], remove: [String]
    ) async throws(CatalogError) -> [String] {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            let asset = try Self.asset(at: path, db, &directories)
            let table = DescriptionTable(db: db, asset: asset, now: now)
            let statement = try db.cachedStatement(sql: Self.deleteUserTag)
            for tag in remove.map(Self.trimmed) { try statement.execute(arguments: [asset, tag]) }
            for tag in add.map(Self.trimmed) {
                // Whatever its case, a tag is there once, in the spelling given last.
                try statement.execute(arguments: [asset, tag])
                try table.insert(Description(field: .tag, text: tag), Provenance(source: .user))
            }
            try SearchTextTable(db: db).refreshAsset(asset)
            return try String.fetchAll(db, sql: Self.selectUserTags, arguments: [asset])
        }
    }

    private static func trimmed(_ tag: String) -> String {
        tag.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
