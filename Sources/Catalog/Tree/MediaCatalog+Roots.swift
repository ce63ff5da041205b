import Foundation
import GRDB
public import MediaTypes

extension MediaCatalog {
    static let insertRootDirectory = "INSERT INTO directory(parent_id, name) VALUES (NULL, ?)"
    static let insertRoot = "INSERT INTO root(directory_id, path, added_at) VALUES (?, ?, ?)"
    static let deleteRoot = "DELETE FROM root WHERE id = ?"
    static let updateRootState = "UPDATE root SET state = ? WHERE path = ?"
    static let countFilesInside = """
        WITH RECURSIVE inside(id) AS (
            SELECT ? UNION ALL SELECT d.id FROM directory d JOIN inside ON d.parent_id = inside.id)
        SELECT count(*) FROM inside JOIN file ON file.directory_id = inside.id
        """
    static let selectDeviceInside = """
        WITH RECURSIVE inside(id) AS (
            SELECT ? UNION ALL SELECT d.id FROM directory d JOIN inside ON d.parent_id = inside.id)
        SELECT device FROM inside JOIN file ON file.directory_id = inside.id GROUP BY device ORDER BY count(*) DESC
        LIMIT 1
        """
    static let selectAssetsInside = """
        WITH RECURSIVE inside(id) AS (
            SELECT ? UNION ALL SELECT d.id FROM directory d JOIN inside ON d.parent_id = inside.id)
        SELECT DISTINCT asset_id FROM inside JOIN file ON file.directory_id = inside.id WHERE asset_id IS NOT NULL
        """
    static let deleteAssetWithoutFiles = """
        DELETE FROM asset WHERE id = ? AND NOT EXISTS (SELECT 1 FROM file WHERE asset_id = asset.id)
        """

    /// Starts to watch a folder. Roots inside it become part of it, with everything known of them.
    public func addRoot(_ path: MediaPath) async throws(CatalogError) -> RootAddition {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            if let root = directories.root(of: path) { return .alreadyInside(root.path) }
            let absorbed = directories.roots.filter { $0.path.isInside(path) }
            try db.execute(sql: Self.insertRootDirectory, arguments: [path.blob])
            try db.execute(sql: Self.insertRoot, arguments: [db.lastInsertedRowID, path.blob, now])
            for root in absorbed { try db.execute(sql: Self.deleteRoot, arguments: [root.id]) }
            directories = try DirectoryTable(db)
            for root in absorbed {
                // The root's own directory hangs below the new root from now on; nothing beneath it is touched.
                guard let above = root.path.parent, let parent = try directories.create(above) else { continue }
                try directories.move(root.directoryID, to: parent, as: root.path.name)
            }
            return .added(absorbed: absorbed.map(\.path))
        }
    }

    /// Stops watching a folder and deletes what was known of its tree; nothing on disk is touched.
    ///
    /// - Parameter forgetDescriptions: Whether contents that now lie nowhere are forgotten as well, the person's own
    ///   tags included. Otherwise they wait for their files to come back.
    /// - Returns: Whether it was a root.
    public func removeRoot(_ path: MediaPath, forgetDescriptions: Bool) async throws(CatalogError) -> Bool {
        try await write { db in
            var directories = try DirectoryTable(db)
            guard let root = directories.roots.first(where: { $0.path == path }) else { return false }
            let assets =
                forgetDescriptions
                ? try Int64.fetchAll(db, sql: Self.selectAssetsInside, arguments: [root.directoryID]) : []
            try db.execute(sql: Self.deleteRoot, arguments: [root.id])
            try directories.remove(root.directoryID)
            let statement = try db.cachedStatement(sql: Self.deleteAssetWithoutFiles)
            for asset in assets { try statement.execute(arguments: [asset]) }
            return true
        }
    }

    /// What is watched, by path.
    public func roots() async throws(CatalogError) -> [Root] {
        try await read { db in
            try DirectoryTable(db).roots.map { root in
                let count = try Int.fetchOne(db, sql: Self.countFilesInside, arguments: [root.directoryID])
                let device = try Int64.fetchOne(db, sql: Self.selectDeviceInside, arguments: [root.directoryID])
                return Root(
                    path: root.path, state: root.state, fileCount: count ?? 0,
                    device: device.map { UInt64(bitPattern: $0) })
            }
        }
    }

    /// Notes how a root is looked after. Jobs of an offline root wait; those of one that came back are due again.
    public func setRootState(_ path: MediaPath, _ state: RootState) async throws(CatalogError) {
        try await write { db in
            try db.execute(sql: Self.updateRootState, arguments: [state.rawValue, path.blob])
            if state != .offline { try db.execute(sql: JobTable.resumePostponed) }
            // Other roots may still be away.
            try db.execute(sql: Lease.putOffOffline)
        }
    }
}
