import Foundation
import GRDB
import MediaTypes

/// The rows of `root` and `directory` inside one transaction: from paths to numbers and back.
struct DirectoryTable {
    /// A row of `root`.
    struct RootRow {
        var id: Int64
        var directoryID: Int64
        var path: MediaPath
        var state: RootState
    }

    let db: Database
    /// Every root: there are few.
    private(set) var roots: [RootRow]
    /// Directories found so far in this transaction; a crawl asks for neighbours.
    private var found: [MediaPath: Int64] = [:]
    private var paths: [Int64: (path: MediaPath, root: RootRow)] = [:]

    init(_ db: Database) throws {
        self.db = db
        roots = try Row.fetchAll(db.cachedStatement(sql: Self.selectRoots)).compactMap { row in
            guard let path = MediaPath(row.bytes(2)) else { return nil }
            return RootRow(
                id: row[0], directoryID: row[1], path: path, state: RootState(rawValue: row[3]) ?? .watched)
        }
    }

    static let selectRoots = "SELECT id, directory_id, path, state FROM root ORDER BY path"
    static let selectChild = "SELECT id FROM directory WHERE parent_id = ? AND name = ?"
    static let selectChildren = "SELECT id, name FROM directory WHERE parent_id = ?"
    static let selectParent = "SELECT parent_id, name FROM directory WHERE id = ?"
    static let insertChild = "INSERT INTO directory(parent_id, name) VALUES (?, ?)"
    static let updateParent = "UPDATE directory SET parent_id = ?, name = ? WHERE id = ?"
    static let deleteDirectory = "DELETE FROM directory WHERE id = ?"
    static let selectSubtree = """
        WITH RECURSIVE inside(id, depth) AS (
            SELECT ?, 0 UNION ALL SELECT d.id, depth + 1 FROM directory d JOIN inside ON d.parent_id = inside.id)
        SELECT id FROM inside ORDER BY depth DESC
        """

    /// The root that holds `path`.
    func root(of path: MediaPath) -> RootRow? { roots.first { path.isInside($0.path) } }

    /// The directory's number, where it is known.
    mutating func id(of path: MediaPath) throws -> Int64? { try resolve(path, creating: false) }

    /// The directory's number; it and those above it are entered where they are new.
    ///
    /// - Returns: `nil` where no root holds it.
    mutating func create(_ path: MediaPath) throws -> Int64? { try resolve(path, creating: true) }

    private mutating func resolve(_ path: MediaPath, creating: Bool) throws -> Int64? {
        if let known = found[path] { return known }
        guard let root = root(of: path) else { return nil }
        var id = root.directoryID
        for name in path.components.dropFirst(root.path.components.count) {
            if let child = try child(name, of: id) {
                id = child
            } else if creating {
                id = try addChild(name, of: id)
            } else {
                return nil
            }
        }
        found[path] = id
        return id
    }

    /// The number of the entry `name` of a directory.
    func child(_ name: FileName, of parent: Int64) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: Self.selectChild), arguments: [parent, name.blob])
    }

    /// The directories in a directory.
    func children(of parent: Int64) throws -> [FileName: Int64] {
        let rows = try Row.fetchAll(db.cachedStatement(sql: Self.selectChildren), arguments: [parent])
        return Dictionary(rows.map { ($0.name(1), $0[0]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Enters a directory.
    func addChild(_ name: FileName, of parent: Int64) throws -> Int64 {
        try db.cachedStatement(sql: Self.insertChild).execute(arguments: [parent, name.blob])
        return db.lastInsertedRowID
    }

    /// Hangs a directory, with all that lies below it, somewhere else.
    mutating func move(_ id: Int64, to parent: Int64, as name: FileName) throws {
        try db.cachedStatement(sql: Self.updateParent).execute(arguments: [parent, name.blob, id])
        forget()
    }

    /// Deletes a directory with all that lies below it.
    mutating func remove(_ id: Int64) throws {
        // Deepest first: SQLite's own cascade goes no deeper than 1,000, and a path can.
        let statement = try db.cachedStatement(sql: Self.deleteDirectory)
        for id in try subtree(of: id) { try statement.execute(arguments: [id]) }
        forget()
    }

    /// The directory and all below it, deepest first.
    func subtree(of id: Int64) throws -> [Int64] {
        try Int64.fetchAll(db.cachedStatement(sql: Self.selectSubtree), arguments: [id])
    }

    /// Where a directory is, and in which root.
    mutating func location(of id: Int64) throws -> (path: MediaPath, root: RootRow) {
        if let known = paths[id] { return known }
        if let root = roots.first(where: { $0.directoryID == id }) { return (root.path, root) }
        let statement = try db.cachedStatement(sql: Self.selectParent)
        guard let row = try Row.fetchOne(statement, arguments: [id]), let parent = row[0] as Int64? else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "directory \(id) hangs in no root")
        }
        let name = row.name(1)
        let above = try location(of: parent)
        let location = (above.path.appending(name), above.root)
        paths[id] = location
        return location
    }

    private mutating func forget() {
        found.removeAll()
        paths.removeAll()
    }
}
