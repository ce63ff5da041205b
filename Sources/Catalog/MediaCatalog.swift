import GRDB
import Glibc
import MediaTypes

/// The library: which files lie where, what is known of them, what is to be done, and the search over all of it.
///
/// One SQLite file behind one writer and a few readers. Every method is one transaction, and runs to its end even where
/// the caller's task is cancelled: a result that took the engine half a minute is not lost to a shutdown.
public final class MediaCatalog: Sendable {
    /// Where the library lies.
    public let path: String
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Double
    let pool: DatabasePool
    let meanings = MeaningIndex()

    /// Opens the library at `path`, makes it where there is none, and brings an older one up to date.
    ///
    /// - Parameter clock: Seconds since 1970; tests give their own.
    /// - Throws: `.writtenByNewerVersion`, `.corrupt`, `.cannotOpen`, `.diskFull` or `.busy`.
    public init(path: String, clock: @escaping @Sendable () -> Double = LocalTime.now) throws(CatalogError) {
        self.path = path
        self.clock = clock
        try Self.createFile(at: path)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { db in try Migration.run(on: db, library: path) }
        } catch {
            throw .describing(error, library: path)
        }
    }

    /// Gives memory that is only cache back to the system.
    public func releaseMemory() { pool.releaseMemory() }

    /// Moves what the write-ahead log holds into the library, and closes it. Later calls throw.
    public func close() throws(CatalogError) {
        do {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw .describing(error, library: path)
        }
    }

    /// Runs `body` in one transaction of the writer.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(CatalogError) -> Value {
        // GRDB's own async methods roll back when the task is cancelled; these do not.
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, any Error>, Never>) in
            pool.asyncWrite(body) { _, result in done.resume(returning: result) }
        }
        return try value(of: result)
    }

    /// Runs `body` on a reader, which sees the library as it is at this moment.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(CatalogError) -> Value {
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, any Error>, Never>) in
            pool.asyncRead { database in
                done.resume(returning: database.flatMap { db in Result { try body(db) } })
            }
        }
        return try value(of: result)
    }

    private func value<Value>(of result: Result<Value, any Error>) throws(CatalogError) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let error): throw .describing(error, library: path)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "library"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(30)
        // A search and a status; every reader costs its cache.
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { db in
            // In KiB. Two readers and the writer stay under 10 MB, and the system's page cache does the rest.
            try db.execute(sql: "PRAGMA cache_size = -2048")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
            db.add(function: GeoDistance.function)
        }
        return configuration
    }

    /// Makes the folder and the file, so that SQLite finds both closed to everyone else; its other files copy the mode.
    private static func createFile(at path: String) throws(CatalogError) {
        if let folder = MediaPath(path)?.parent { try createFolder(folder, for: path) }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotCreate(path, reason: String(cString: strerror(errno))) }
        fchmod(descriptor, 0o600)
        Glibc.close(descriptor)
    }

    private static func createFolder(_ folder: MediaPath, for path: String) throws(CatalogError) {
        guard folder.withCString({ access($0, F_OK) }) != 0 else { return }
        if let parent = folder.parent { try createFolder(parent, for: path) }
        guard folder.withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw .cannotCreate(path, reason: String(cString: strerror(errno)))
        }
    }
}
