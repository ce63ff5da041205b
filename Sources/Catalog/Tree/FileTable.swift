import Foundation
import GRDB
import MediaTypes

/// The rows of `file` inside one transaction, each kept together with its search text and its `identity` job.
struct FileTable {
    /// A row of `file`.
    struct FileRow {
        var id: Int64
        var name: FileName
        var identity: FileIdentity
        var assetID: Int64?
    }

    let db: Database
    let now: Double

    static let columns = "id, name, device, inode, byte_count, modified_at, asset_id"
    static let selectInDirectory = "SELECT \(columns) FROM file WHERE directory_id = ?"
    static let selectNamed = "SELECT \(columns) FROM file WHERE directory_id = ? AND name = ?"
    static let insertFile = """
        INSERT INTO file(directory_id, name, device, inode, byte_count, modified_at, seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    static let updateIdentity = """
        UPDATE file SET device = ?, inode = ?, byte_count = ?, modified_at = ?, seen_at = ? WHERE id = ?
        """
    static let updatePlace = "UPDATE file SET directory_id = ?, name = ? WHERE id = ?"
    static let deleteFile = "DELETE FROM file WHERE id = ?"

    static func row(_ row: Row) -> FileRow {
        FileRow(id: row[0], name: row.name(1), identity: row.identity(2), assetID: row[6])
    }

    /// The file of this name in a directory.
    func file(named name: FileName, in directory: Int64) throws -> FileRow? {
        try Row.fetchOne(db.cachedStatement(sql: Self.selectNamed), arguments: [directory, name.blob]).map(Self.row)
    }

    /// Goes through a directory's files without holding them all.
    func forEachFile(in directory: Int64, _ body: (FileRow) throws -> Void) throws {
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: Self.selectInDirectory), arguments: [directory])
        while let row = try cursor.next() { try body(Self.row(row)) }
    }

    /// Enters a file and queues its `identity`.
    func insert(
        _ name: FileName, _ identity: FileIdentity, into directory: Int64, priority: JobPriority
    ) throws {
        let values: [any DatabaseValueConvertible] = [directory, name.blob] + identity.columns + [now]
        try db.cachedStatement(sql: Self.insertFile).execute(arguments: StatementArguments(values))
        let id = db.lastInsertedRowID
        try SearchTextTable(db: db).insertFile(id, name: name)
        try JobTable(db: db, now: now).queueIdentity(ofFile: id, identity, priority: priority)
    }

    /// Notes that a file is another than it was. Its asset stays linked until its content is known again.
    func change(_ file: FileRow, to identity: FileIdentity, priority: JobPriority) throws {
        try setIdentity(identity, of: file.id)
        try JobTable(db: db, now: now).queueIdentity(ofFile: file.id, identity, priority: priority)
    }

    /// Stores what a file is now.
    func setIdentity(_ identity: FileIdentity, of id: Int64) throws {
        let values: [any DatabaseValueConvertible] = identity.columns + [now, id]
        try db.cachedStatement(sql: Self.updateIdentity).execute(arguments: StatementArguments(values))
    }

    /// Notes how a known file looks now; one that is unchanged costs nothing, unless its content is still unknown.
    ///
    /// - Returns: Whether it has changed.
    @discardableResult
    func see(_ file: FileRow, as identity: FileIdentity, priority: JobPriority) throws -> Bool {
        guard file.identity.isSameFile(as: identity) else {
            try change(file, to: identity, priority: priority)
            return true
        }
        if file.assetID == nil {
            try JobTable(db: db, now: now).queueIdentityIfAbsent(ofFile: file.id, identity, priority: priority)
        }
        return false
    }

    /// Moves a row to another place.
    func move(_ file: FileRow, to directory: Int64, as name: FileName) throws {
        try db.cachedStatement(sql: Self.updatePlace).execute(arguments: [directory, name.blob, file.id])
        if name != file.name { try SearchTextTable(db: db).renameFile(file.id, to: name) }
    }

    /// Deletes a file; triggers purge what was queued for it.
    func remove(_ id: Int64) throws { try db.cachedStatement(sql: Self.deleteFile).execute(arguments: [id]) }
}
