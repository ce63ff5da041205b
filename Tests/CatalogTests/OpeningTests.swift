import GRDB
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import Catalog

@Suite struct OpeningTests {
    private func mode(of path: MediaPath) -> mode_t {
        var status = stat()
        return path.withCString { stat($0, &status) } == 0 ? status.st_mode & 0o777 : 0
    }

    private func error(opening path: MediaPath) -> CatalogError? {
        do {
            _ = try MediaCatalog(path: path.text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a new library and its folder are closed to everyone else`() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("share/tintype/library.sqlite")
        let catalog = try MediaCatalog(path: file.text)
        _ = try await catalog.addRoot(path("/p"))
        #expect(mode(of: file) == 0o600)
        #expect(mode(of: directory.path("share/tintype/library.sqlite-wal")) == 0o600)
        #expect(mode(of: directory.path("share/tintype")) == 0o700)
        try catalog.close()
        await #expect(throws: CatalogError.self) { try await catalog.roots() }
    }

    @Test func `a library opens again with all that was in it`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a lighthouse")])
        try library.catalog.close()
        let again = try library.reopened()
        #expect(try await again.search("lighthouse").files.map(\.path.text) == ["/p/a.jpg"])
    }

    @Test func `a library of version 1 is brought up to date, and what was said before waits for its meaning`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let file = directory.path("library.sqlite")
        let first = try #require(Migration.all.first)
        try await DatabaseQueue(path: file.text).write { db in
            try db.execute(sql: first.sql)
            try db.execute(
                sql: """
                    INSERT INTO directory(id, name) VALUES (1, x'2F70');
                    INSERT INTO asset(id, content_hash, byte_count, words_at) VALUES (1, x'00', 1, 5), (2, x'01', 1, NULL);
                    INSERT INTO file(directory_id, name, device, inode, byte_count, modified_at, asset_id, seen_at)
                        VALUES (1, x'61', 1, 1, 1, 1, 1, 1), (1, x'62', 1, 2, 1, 1, 2, 1);
                    INSERT INTO description(asset_id, field, text, source, created_at)
                        VALUES (1, 'ocr', 'ahoy', 'first-look', 5);
                    PRAGMA user_version = 1
                    """)
        }
        let catalog = try MediaCatalog(path: file.text)
        #expect(try await catalog.assetsWithoutMeaning(limit: 5) == [AssetTexts(assetID: 1, texts: ["ahoy"])])
    }

    @Test func `a library of a newer version is refused with a remedy and left alone`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("library.sqlite")
        try DatabaseQueue(path: file.text).write { db in
            try db.execute(sql: "CREATE TABLE of_tomorrow(id INTEGER); PRAGMA user_version = 999")
        }
        let refusal = self.error(opening: file)
        let error = try #require(refusal)
        #expect(error.code == .writtenByNewerVersion)
        #expect(error.message == "The library \(file.text) was written by a newer version of Tintype.")
        #expect(error.remedy?.contains("Upgrade Tintype") == true)
        #expect(try DatabaseQueue(path: file.text).read { db in try db.tableExists("of_tomorrow") })
    }

    @Test func `another program's database is refused`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("library.sqlite")
        try DatabaseQueue(path: file.text).write { db in try db.execute(sql: "CREATE TABLE bookmark(id INTEGER)") }
        #expect(error(opening: file)?.code == .cannotOpen)
    }

    @Test func `a damaged file is reported as damaged, at its head and in its middle`() async throws {
        let directory = try TemporaryDirectory()
        let head = try directory.write(Array(repeating: 0x5A, count: 8192), to: "head.sqlite")
        #expect(error(opening: head)?.code == .corrupt)

        let library = try await TestLibrary()
        for number in 0..<50 { try await library.add("/p/\(number).jpg", says: [caption("a lighthouse")]) }
        try library.catalog.close()
        let file = path(library.catalog.path)
        let bytes = try Fixtures.read(file)
        try library.directory.write(BrokenBytes.holed(bytes, from: 0.1, to: 1), to: "library.sqlite")
        var code: CatalogError.Code?
        do {
            let broken = try library.reopened()
            _ = try await broken.search("lighthouse")
            _ = try await broken.roots()
        } catch {
            code = error.code
            #expect(error.remedy != nil)
        }
        #expect(code == .corrupt)
    }

    @Test func `a folder that cannot be made is named in the error`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a file", to: "in-the-way")
        let refusal = self.error(opening: directory.path("in-the-way/library.sqlite"))
        let error = try #require(refusal)
        #expect(error.code == .cannotOpen)
        #expect(error.message.contains("in-the-way/library.sqlite"))
    }

    @Test func `a full disk is reported as such, and work goes on when there is room`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let files = Dictionary(uniqueKeysWithValues: (0..<5_000).map { ("\($0).jpg", $0 + 1) })
        var code: CatalogError.Code?
        do {
            try await library.catalog.recordListings([listing("/p", files)], discovery: .crawl)
        } catch {
            code = error.code
            #expect(error.remedy?.contains("Free some space") == true)
        }
        #expect(code == .diskFull)
        #expect(try await library.catalog.counts().files == 0, "half a listing was kept")
        try await library.catalog.write { db in try db.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(try await library.catalog.recordListings([listing("/p", files)], discovery: .crawl).added == 5_000)
    }

    @Test func `a result is stored even where the task that brings it was cancelled`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        let job = try #require(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await library.catalog.recordIdentity(job, hash: hash(1), identity: identity(1))
        }
        try await task.value
        #expect(try await library.value("SELECT count(*) FROM asset") == 1)
    }
}
