import GRDB
import MediaTypes

extension MediaCatalog {
    /// Makes the library equal to what a crawl found: new and changed files are queued, those not listed are deleted,
    /// unchanged ones cost a look at their row. One transaction, so several small directories go into one call.
    ///
    /// A directory that no root holds (any more) is passed over.
    @discardableResult
    public func recordListings(
        _ listings: [DirectoryListing], discovery: Discovery
    ) async throws(CatalogError) -> TreeChange {
        let now = clock()
        return try await write { db in
            var recorder = try ListingRecorder(db: db, discovery: discovery, now: now)
            for listing in listings { try recorder.record(listing) }
            return recorder.change
        }
    }
}

/// Compares listings with the rows, directory by directory.
struct ListingRecorder {
    private let discovery: Discovery
    private let now: Double
    private let files: FileTable
    private var directories: DirectoryTable
    private(set) var change = TreeChange()

    init(db: Database, discovery: Discovery, now: Double) throws {
        self.discovery = discovery
        self.now = now
        files = FileTable(db: db, now: now)
        directories = try DirectoryTable(db)
    }

    mutating func record(_ listing: DirectoryListing) throws {
        guard let directory = try directories.create(listing.directory) else { return }
        try recordFiles(listing.files, of: directory)
        try recordDirectories(listing.subdirectories, of: directory)
    }

    private mutating func recordFiles(_ listed: [ListedFile], of directory: Int64) throws {
        // The stored side is streamed and the listed side is in memory anyway: 100,000 files in one folder cost no more.
        let places = Dictionary(zip(listed.map(\.name), listed.indices), uniquingKeysWith: { first, _ in first })
        var isKnown = [Bool](repeating: false, count: listed.count)
        var gone: [Int64] = []
        var differing: [(file: FileTable.FileRow, identity: FileIdentity)] = []
        try files.forEachFile(in: directory) { file in
            guard let place = places[file.name] else { return gone.append(file.id) }
            isKnown[place] = true
            // Without an identity it is still being written, and comes again when it has settled.
            guard let identity = listed[place].identity else { return }
            if file.assetID == nil || !file.identity.isSameFile(as: identity) { differing.append((file, identity)) }
        }
        for id in gone { try files.remove(id) }
        for (file, identity) in differing
        where try files.see(file, as: identity, priority: priority(of: identity)) {
            change.changed += 1
        }
        for place in listed.indices where !isKnown[place] && places[listed[place].name] == place {
            guard let identity = listed[place].identity else { continue }
            try files.insert(listed[place].name, identity, into: directory, priority: priority(of: identity))
            change.added += 1
        }
        change.removed += gone.count
    }

    private mutating func recordDirectories(_ listed: [FileName], of directory: Int64) throws {
        let known = try directories.children(of: directory)
        let present = Set(listed)
        for (name, id) in known where !present.contains(name) { change.removed += try removeDirectory(id) }
        for name in present where known[name] == nil { _ = try directories.addChild(name, of: directory) }
    }

    private mutating func removeDirectory(_ id: Int64) throws -> Int {
        let count = try Int.fetchOne(directories.db, sql: MediaCatalog.countFilesInside, arguments: [id]) ?? 0
        try directories.remove(id)
        return count
    }

    private func priority(of identity: FileIdentity) -> JobPriority {
        let thirtyDays = 30.0 * 86_400
        switch discovery {
        case .live: return .new
        case .crawl: return now - identity.modifiedAt < thirtyDays ? .recent : .backlog
        }
    }
}
