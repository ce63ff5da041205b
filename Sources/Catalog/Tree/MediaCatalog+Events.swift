import GRDB
public import MediaTypes

extension MediaCatalog {
    /// Notes a file that has settled: it is entered, or compared with what is known of it.
    ///
    /// - Returns: What that changed; nothing where no root holds it.
    @discardableResult
    public func recordFile(
        _ path: MediaPath, identity: FileIdentity, priority: JobPriority = .new
    ) async throws(CatalogError) -> TreeChange {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            return try Self.record(path, identity, priority, FileTable(db: db, now: now), &directories)
        }
    }

    /// Moves a file's row, with its asset and its jobs. What lay at the target is replaced; where the source is not
    /// known, the target is a new file; where no root holds the target, the file is gone.
    @discardableResult
    public func moveFile(
        from source: MediaPath, to target: MediaPath, identity: FileIdentity
    ) async throws(CatalogError) -> TreeChange {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            let files = FileTable(db: db, now: now)
            guard let file = try Self.file(at: source, db, &directories), source != target else {
                return try Self.record(target, identity, .new, files, &directories)
            }
            var change = TreeChange()
            guard let folder = target.parent, let directory = try directories.create(folder) else {
                try files.remove(file.id)
                change.removed = 1
                return change
            }
            if let replaced = try files.file(named: target.name, in: directory) {
                try files.remove(replaced.id)
                change.removed = 1
            }
            try files.move(file, to: directory, as: target.name)
            if try files.see(file, as: identity, priority: .new) { change.changed = 1 }
            return change
        }
    }

    /// Moves a directory with all that lies below it, by changing one row. What lay at the target is replaced.
    ///
    /// - Returns: Whether the source was known and a root holds the target. Where not, the target has to be crawled;
    ///   what was known of the source is deleted.
    public func moveDirectory(from source: MediaPath, to target: MediaPath) async throws(CatalogError) -> Bool {
        try await write { db in
            var directories = try DirectoryTable(db)
            guard let id = try directories.id(of: source), !directories.roots.contains(where: { $0.directoryID == id })
            else { return false }
            guard source != target else { return true }
            // No file system moves a directory into itself; events that say so are out of order.
            guard !target.isInside(source), let folder = target.parent, let parent = try directories.create(folder)
            else {
                try directories.remove(id)
                return false
            }
            if let replaced = try directories.child(target.name, of: parent), replaced != id {
                guard !source.isInside(target) else { return false }
                try directories.remove(replaced)
            }
            try directories.move(id, to: parent, as: target.name)
            return true
        }
    }

    /// Deletes a file and what was queued for it. Its content's descriptions are kept.
    ///
    /// - Returns: Whether it was known.
    @discardableResult
    public func removeFile(_ path: MediaPath) async throws(CatalogError) -> Bool {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            let files = FileTable(db: db, now: now)
            guard let file = try Self.file(at: path, db, &directories) else { return false }
            try files.remove(file.id)
            return true
        }
    }

    /// Deletes a directory, all files below it and everything that was queued for them. A root's own row stays.
    ///
    /// - Returns: Whether it was known.
    @discardableResult
    public func removeDirectory(_ path: MediaPath) async throws(CatalogError) -> Bool {
        let now = clock()
        return try await write { db in
            var directories = try DirectoryTable(db)
            guard let id = try directories.id(of: path) else { return false }
            guard directories.roots.contains(where: { $0.directoryID == id }) else {
                try directories.remove(id)
                return true
            }
            var recorder = try ListingRecorder(db: db, discovery: .crawl, now: now)
            try recorder.record(DirectoryListing(directory: path, files: [], subdirectories: []))
            return true
        }
    }

    private static func record(
        _ path: MediaPath, _ identity: FileIdentity, _ priority: JobPriority, _ files: FileTable,
        _ directories: inout DirectoryTable
    ) throws -> TreeChange {
        var change = TreeChange()
        guard let folder = path.parent, let directory = try directories.create(folder) else { return change }
        if let known = try files.file(named: path.name, in: directory) {
            change.changed = try files.see(known, as: identity, priority: priority) ? 1 : 0
        } else {
            try files.insert(path.name, identity, into: directory, priority: priority)
            change.added = 1
        }
        return change
    }
}
