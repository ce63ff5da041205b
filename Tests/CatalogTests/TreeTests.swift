import MediaTypes
import Testing

@testable import Catalog

@Suite struct TreeTests {
    @Test func `a root inside a watched folder is refused with the folder that holds it`() async throws {
        let library = try await TestLibrary()
        #expect(try await library.catalog.addRoot(path("/p/holiday")) == .alreadyInside(path("/p")))
        #expect(try await library.catalog.addRoot(path("/p")) == .alreadyInside(path("/p")))
        #expect(try await library.catalog.addRoot(path("/pictures")) == .added(absorbed: []))
        #expect(try await library.catalog.roots().map(\.path.text) == ["/p", "/pictures"])
    }

    @Test func `a folder around roots absorbs them with everything known of them`() async throws {
        let library = try await TestLibrary(roots: ["/a/b/c", "/a/d"])
        try await library.catalog.recordListings(
            [listing("/a/b/c", ["x.jpg": 1]), listing("/a/d", ["y.jpg": 2])], discovery: .crawl)
        try await library.drain()
        #expect(try await library.catalog.addRoot(path("/a")) == .added(absorbed: [path("/a/b/c"), path("/a/d")]))
        let roots = try await library.catalog.roots()
        #expect(roots.map(\.path.text) == ["/a"])
        #expect(roots.map(\.fileCount) == [2])
        #expect(try await library.catalog.file(at: path("/a/b/c/x.jpg")).assetID != nil)
        // A crawl of the new root finds everything known, and so nothing to do.
        let change = try await library.catalog.recordListings(
            [
                listing("/a", [:], ["b", "d"]), listing("/a/b", [:], ["c"]), listing("/a/b/c", ["x.jpg": 1]),
                listing("/a/d", ["y.jpg": 2]),
            ], discovery: .crawl)
        #expect(change.isEmpty)
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
    }

    @Test func `removing a root keeps descriptions unless they are to be forgotten`() async throws {
        let library = try await TestLibrary(roots: ["/p", "/q"])
        for file in ["/p/a.jpg", "/q/b.jpg"] { try await library.add(file, says: [caption("a lighthouse")]) }
        try await library.catalog.recordFile(path("/p/new.jpg"), identity: identity(9))
        #expect(try await library.catalog.removeRoot(path("/p"), forgetDescriptions: false))
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
        #expect(try await library.value("SELECT count(*) FROM directory") == 1)
        #expect(try await library.value("SELECT count(*) FROM description") == 2)
        #expect(try await library.found("lighthouse") == ["b.jpg"])
        #expect(try await library.catalog.removeRoot(path("/q"), forgetDescriptions: true))
        #expect(try await library.value("SELECT count(*) FROM description") == 1)
        #expect(try await !library.catalog.removeRoot(path("/q"), forgetDescriptions: true))
    }

    @Test func `a listing enters what is new and deletes what is gone and leaves the rest alone`() async throws {
        let library = try await TestLibrary()
        let first = try await library.catalog.recordListings(
            [listing("/p", ["a.jpg": 1, "b.jpg": 2], ["s"]), listing("/p/s", ["c.jpg": 3, "d.jpg": 4])],
            discovery: .crawl)
        #expect(first.added == 4)
        let second = try await library.catalog.recordListings(
            [listing("/p", ["b.jpg": 2, "e.jpg": 5], [])], discovery: .crawl)
        #expect((second.added, second.changed, second.removed) == (1, 0, 3))
        #expect(
            try await library.value("SELECT group_concat(CAST(name AS TEXT)) FROM file", as: String.self)
                == "b.jpg,e.jpg")
        #expect(try await library.value("SELECT count(*) FROM job") == 2)
        #expect(try await library.value("SELECT count(*) FROM search_text") == 2)
    }

    @Test func `an unchanged file is not written, even where the device number is another after a boot`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["a.jpg": 1])], discovery: .crawl)
        try await library.drain()
        var other = identity(1)
        other.device = 77
        let files = [ListedFile(name: name("a.jpg"), identity: other)]
        let before = try await library.rowsWritten()
        try await library.catalog.recordListings(
            [DirectoryListing(directory: path("/p"), files: files, subdirectories: [])], discovery: .crawl)
        #expect(try await library.rowsWritten() == before)
    }

    @Test func `a file that is still being written keeps its row and gets none before it has settled`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["a.jpg": 1])], discovery: .crawl)
        let files = ["a.jpg", "b.jpg"].map { ListedFile(name: name($0), identity: nil) }
        let change = try await library.catalog.recordListings(
            [DirectoryListing(directory: path("/p"), files: files, subdirectories: [])], discovery: .live)
        #expect(change.isEmpty)
        #expect(try await library.value("SELECT count(*) FROM file") == 1)
    }

    @Test func `names that are no UTF-8 come back as the bytes that they were`() async throws {
        let library = try await TestLibrary()
        let odd = path("/p").appending(FileName([0xFF, 0x41, 0x2E, 0x6A, 0x70, 0x67]))
        try await library.catalog.recordFile(odd, identity: identity(1))
        #expect(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).map(\.path) == [odd])
        #expect(try await library.catalog.search("A.jpg").files.map(\.path) == [odd])
    }

    @Test func `moving a file keeps its content and its jobs, and replaces what lay there`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("an owl")])
        try await library.add("/p/b.jpg", says: [caption("a frog")])
        try await library.catalog.recordFile(path("/p/new.jpg"), identity: identity(9))
        let a = identity("/p/a.jpg".hashValueForTests)
        try await library.catalog.moveFile(from: path("/p/a.jpg"), to: path("/p/x/b.jpg"), identity: a)
        let over = try await library.catalog.moveFile(
            from: path("/p/new.jpg"), to: path("/p/b.jpg"), identity: identity(9))
        #expect(over.removed == 1)
        #expect(try await library.found("owl") == ["b.jpg"])
        #expect(try await library.found("frog") == [])
        #expect(try await library.found("a.jpg") == [])
        #expect(
            try await library.catalog.leaseJobs(stages: Set(JobStage.allCases), limit: 9).map(\.path.text) == [
                "/p/b.jpg"
            ])
    }

    @Test func `a move from nowhere is a new file, and a move out of all roots a deletion`() async throws {
        let library = try await TestLibrary()
        let change = try await library.catalog.moveFile(
            from: path("/tmp/x"), to: path("/p/a.jpg"), identity: identity(1))
        #expect(change.added == 1)
        let gone = try await library.catalog.moveFile(
            from: path("/p/a.jpg"), to: path("/tmp/x.jpg"), identity: identity(1))
        #expect(gone.removed == 1)
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
    }

    @Test func `a directory moves by one row however much lies in it`() async throws {
        let library = try await TestLibrary(roots: ["/p", "/q"])
        let files = Dictionary(uniqueKeysWithValues: (0..<500).map { ("\($0).jpg", $0 + 1) })
        try await library.catalog.recordListings(
            [listing("/p", [:], ["s"]), listing("/p/s", [:], ["t"]), listing("/p/s/t", files)], discovery: .crawl)
        let before = try await library.rowsWritten()
        #expect(try await library.catalog.moveDirectory(from: path("/p/s"), to: path("/q/new")))
        #expect(try await library.rowsWritten() == before + 1)
        #expect(try await library.catalog.file(at: path("/q/new/t/7.jpg")).files.count == 1)
        #expect(try await library.catalog.file(at: path("/p/s/t/7.jpg")).files.isEmpty)
    }

    @Test func `a directory that moves over another replaces it, and one that is unknown has to be crawled`()
        async throws
    {
        let library = try await TestLibrary()
        try await library.catalog.recordListings(
            [listing("/p", [:], ["s", "t"]), listing("/p/s", ["a.jpg": 1]), listing("/p/t", ["b.jpg": 2])],
            discovery: .crawl)
        #expect(try await library.catalog.moveDirectory(from: path("/p/s"), to: path("/p/t")))
        #expect(
            try await library.value("SELECT group_concat(CAST(name AS TEXT)) FROM file", as: String.self) == "a.jpg")
        #expect(try await !library.catalog.moveDirectory(from: path("/p/nowhere"), to: path("/p/u")))
        #expect(try await !library.catalog.moveDirectory(from: path("/p"), to: path("/p/t/p")))
        #expect(try await !library.catalog.moveDirectory(from: path("/p/t"), to: path("/elsewhere")))
        #expect(try await library.value("SELECT count(*) FROM file") == 0)
    }

    @Test func `a tree deeper than SQLite cascades is deleted all the same`() async throws {
        let library = try await TestLibrary()
        let deep = (0..<1500).map { _ in "d" }.joined(separator: "/")
        try await library.catalog.recordFile(path("/p/\(deep)/a.jpg"), identity: identity(1))
        #expect(try await library.catalog.removeDirectory(path("/p/d")))
        #expect(try await library.value("SELECT count(*) FROM directory") == 1)
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
    }

    @Test func `removing what is watched itself empties it and keeps it watched`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["a.jpg": 1], ["s"])], discovery: .crawl)
        #expect(try await library.catalog.removeDirectory(path("/p")))
        #expect(try await library.catalog.roots() == [Root(path: path("/p"), state: .watched, fileCount: 0)])
        #expect(try await !library.catalog.removeDirectory(path("/elsewhere")))
        #expect(try await !library.catalog.removeFile(path("/p/a.jpg")))
    }
}
