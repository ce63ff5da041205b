import GRDB
import MediaTypes
import Synchronization
import TestSupport
import Testing

@testable import Catalog

@Suite struct CrashTests {
    private static let files = ["a.jpg": 1, "b.jpg": 2, "copy-of-a.jpg": 3]

    /// Crawl, hash, move, change and describe: every kind of write.
    private func work(on catalog: MediaCatalog) async throws {
        _ = try await catalog.addRoot(path("/p"))
        try await catalog.recordListings([listing("/p", Self.files, ["s"])], discovery: .crawl)
        try await finish(catalog)
        try await catalog.moveFile(from: path("/p/b.jpg"), to: path("/p/s/b.jpg"), identity: identity(2))
        _ = try await catalog.moveDirectory(from: path("/p/s"), to: path("/p/t"))
        try await catalog.recordFile(path("/p/a.jpg"), identity: identity(9))
        try await finish(catalog)
        try await catalog.removeFile(path("/p/t/b.jpg"))
    }

    /// Starts as the daemon does, and works until nothing is queued.
    private func finish(_ catalog: MediaCatalog) async throws {
        try await catalog.recoverLeases()
        while true {
            let jobs = try await catalog.leaseJobs(stages: Set(JobStage.allCases), limit: 2)
            if jobs.isEmpty { return }
            for job in jobs {
                switch job.stage {
                case .identity:
                    // The copy has the first file's content.
                    let content = job.identity.inode == 3 ? 1 : Int(job.identity.inode)
                    try await catalog.recordIdentity(job, hash: hash(content), identity: job.identity)
                case .facts: try await catalog.recordFacts(job, facts: photo())
                case .words:
                    try await catalog.recordWords(job, FirstLookReading(text: words(["words of \(job.assetID ?? 0)"])))
                case .description:
                    try await catalog.recordDescription(
                        job, [caption("a picture"), tag("tag")], provenance: Provenance(source: .engine))
                }
            }
        }
    }

    @Test func `a library cut off at any statement opens whole, and each file is indexed once`() async throws {
        let library = try await TestLibrary(roots: [])
        let directory = library.directory
        let count = Mutex(0)
        // After kill -9 the disk holds what was written up to then: the library's file and its log.
        try await library.catalog.pool.writeWithoutTransaction { db in
            db.trace { _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                guard number % 7 == 0 else { return }
                for file in ["library.sqlite", "library.sqlite-wal"] {
                    let bytes = try? Fixtures.read(directory.path(file))
                    _ = try? directory.write(bytes ?? [], to: "cut-\(number)/\(file)")
                }
            }
        }
        try await work(on: library.catalog)
        let cuts = count.withLock { Array(stride(from: 7, through: $0, by: 7)) }
        #expect(cuts.count > 30)
        for cut in cuts {
            let path = directory.path("cut-\(cut)/library.sqlite").text
            let catalog = try MediaCatalog(path: path, clock: { library.clock.now })
            let soundness = try await catalog.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }
            #expect(soundness == ["ok"], "cut \(cut)")
            try await finishAnew(catalog, cut)
            try catalog.close()
        }
    }

    /// After a crawl of what is on disk and all work, nothing is missing and nothing is there twice.
    private func finishAnew(_ catalog: MediaCatalog, _ cut: Int) async throws {
        _ = try await catalog.addRoot(path("/p"))
        try await catalog.recordListings([listing("/p", Self.files)], discovery: .crawl)
        try await finish(catalog)
        let counts = try await catalog.counts()
        #expect((counts.files, counts.assets, counts.undescribed, counts.failed) == (3, 2, 0, 0), "cut \(cut)")
        let captions = try await catalog.read { db in
            try Int.fetchAll(db, sql: "SELECT count(*) FROM description WHERE field = 'caption' GROUP BY asset_id")
        }
        #expect(captions.allSatisfy { $0 == 1 }, "cut \(cut)")
        #expect(try await catalog.search("picture").total == 3, "cut \(cut)")
        try await Invariants.check(catalog, "cut \(cut)")
    }
}
