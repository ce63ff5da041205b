import MediaTypes
import Testing

@testable import Catalog

@Suite struct QueueTests {
    private let everything = Set(JobStage.allCases)

    @Test func `live files go before recent ones and these before the backlog, the newest first`() async throws {
        let library = try await TestLibrary()
        func file(_ inode: Int, daysAgo: Double) -> ListedFile {
            let modifiedAt = TestLibrary.start - daysAgo * 86_400
            return ListedFile(name: name("\(inode).jpg"), identity: identity(inode, modifiedAt: modifiedAt))
        }
        let files = [file(1, daysAgo: 400), file(2, daysAgo: 31), file(3, daysAgo: 29), file(4, daysAgo: 1)]
        try await library.catalog.recordListings(
            [DirectoryListing(directory: path("/p"), files: files, subdirectories: [])], discovery: .crawl)
        try await library.catalog.recordFile(path("/p/5.jpg"), identity: identity(5, modifiedAt: 0))
        var order: [String] = []
        while let job = try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first {
            order.append(job.path.name.text)
        }
        #expect(order == ["5.jpg", "4.jpg", "3.jpg", "2.jpg", "1.jpg"])
        #expect(try await library.catalog.counts().leased == [.identity: 5])
    }

    @Test func `a file goes its way with the priority that it came with`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["old.jpg": 1])], discovery: .crawl)
        try await library.catalog.recordFile(path("/p/new.jpg"), identity: identity(2, modifiedAt: 0))
        try await library.hashAll()
        let facts = try await library.catalog.leaseJobs(stages: everything, limit: 10)
        #expect(facts.map(\.path.name.text) == ["new.jpg", "old.jpg"])
        #expect(facts.allSatisfy { $0.stage == .facts && $0.contentHash != nil && $0.facts == nil && $0.attempts == 1 })
        for job in facts { try await library.catalog.recordFacts(job, facts: photo()) }
        let rest = try await library.catalog.leaseJobs(stages: everything, limit: 10)
        #expect(rest.map(\.stage) == [.words, .description, .words, .description])
        #expect(rest.map(\.path.name.text) == ["new.jpg", "new.jpg", "old.jpg", "old.jpg"])
        #expect(rest.allSatisfy { $0.facts?.format == "jpeg" })
    }

    @Test func `one content is worked on once, whatever its names`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["a.jpg": 1, "b.jpg": 2])], discovery: .crawl)
        try await library.hashAll(["/p/a.jpg": 7, "/p/b.jpg": 7])
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 10).count == 1)
        let counts = try await library.catalog.counts()
        #expect((counts.files, counts.assets, counts.undescribed) == (2, 1, 2))
    }

    @Test func `known content under a new path costs no work`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a lighthouse")])
        try await library.catalog.recordFile(path("/p/copy.jpg"), identity: identity(2))
        try await library.hashAll(["/p/copy.jpg": "/p/a.jpg".hashValueForTests])
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
        #expect(Set(try await library.found("lighthouse")) == ["a.jpg", "copy.jpg"])
        #expect(try await library.catalog.pending() == 0)
    }

    @Test func `a touched file is hashed again and nothing more`() async throws {
        let library = try await TestLibrary()
        let content = "/p/a.jpg".hashValueForTests
        try await library.add("/p/a.jpg", says: [caption("a lighthouse")])
        try await library.catalog.recordFile(
            path("/p/a.jpg"), identity: identity(content, modifiedAt: TestLibrary.start))
        #expect(try await library.found("lighthouse") == ["a.jpg"], "it vanished while it was hashed")
        try await library.hashAll()
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
        #expect(try await library.value("SELECT count(*) FROM asset") == 1)
    }

    @Test func `a file that has become another is looked at anew, and the old content waits for its return`()
        async throws
    {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a lighthouse")])
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(99))
        try await library.hashAll()
        #expect(try await library.found("lighthouse") == [])
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 10).map(\.stage) == [.facts])
        #expect(try await library.value("SELECT count(*) FROM description") == 1)
    }

    @Test func `content that comes back has only the stages that it lacked`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        for job in try await library.catalog.leaseJobs(stages: everything, limit: 1) {
            try await library.catalog.recordFacts(job, facts: photo())
        }
        for job in try await library.catalog.leaseJobs(stages: [.words], limit: 1) {
            try await library.catalog.recordWords(job, FirstLookReading(text: words(["total due"])))
        }
        try await library.catalog.removeFile(path("/p/a.jpg"))
        #expect(try await library.value("SELECT count(*) FROM job") == 0, "the last file's jobs are purged")
        try await library.catalog.recordFile(path("/p/b.jpg"), identity: identity(1))
        try await library.hashAll()
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 10).map(\.stage) == [.description])
        #expect(try await library.found("total") == ["b.jpg"])
    }

    @Test func `models that come have everything read again once, behind all else`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg")
        try await library.add("/p/b.jpg")
        try await library.catalog.recordFile(path("/p/new.jpg"), identity: identity(9))
        #expect(try await library.catalog.queueWords(forModels: "one"))
        #expect(try await !library.catalog.queueWords(forModels: "one"))
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).map(\.stage) == [.identity])
        let again = try await library.catalog.leaseJobs(stages: everything, limit: 10)
        #expect(again.map(\.stage) == [.words, .words])
        for job in again { try await library.catalog.recordWords(job, FirstLookReading(text: words(["departure"]))) }
        #expect(try await library.found("departure").sorted() == ["a.jpg", "b.jpg"])
        #expect(try await library.catalog.queueWords(forModels: "two"))
        #expect(try await library.catalog.leaseJobs(stages: [.words], limit: 10).count == 2)
    }

    @Test func `first tags are found until the engine has described the picture, and do not come back`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        let reading = FirstLookReading(
            text: words(["hello"]), tags: [RecognisedTag(text: "lighthouse", confidence: 0.9)], modelDigest: "d")
        try await library.work(.facts, on: "/p/a.jpg") { try await library.catalog.recordFacts($0, facts: photo()) }
        try await library.work(.words, on: "/p/a.jpg") { try await library.catalog.recordWords($0, reading) }
        #expect(try await library.found("tag:lighthouse") == ["a.jpg"])
        try await library.work(.description, on: "/p/a.jpg") { job in
            try await library.catalog.recordDescription(
                job, [Description(field: .tag, text: "tower")], provenance: Provenance(source: .engine))
        }
        #expect(try await library.found("tag:lighthouse") == [])
        #expect(try await library.found("tag:tower") == ["a.jpg"])
        #expect(try await library.catalog.queueWords(forModels: "two"))
        try await library.work(.words, on: "/p/a.jpg") { try await library.catalog.recordWords($0, reading) }
        #expect(try await library.found("tag:lighthouse") == [])
        #expect(try await library.found("hello") == ["a.jpg"])
    }

    @Test func `an asset is not worked on through a file that may have changed`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(2))
        #expect(try await library.catalog.leaseJobs(stages: [.facts], limit: 10).isEmpty)
        try await library.catalog.recordFile(path("/p/copy.jpg"), identity: identity(1))
        let copy = try await library.catalog.leaseJobs(stages: [.identity], limit: 10).first {
            $0.path.name.text == "copy.jpg"
        }
        try await library.catalog.recordIdentity(try #require(copy), hash: hash(1), identity: identity(1))
        library.clock.advance(by: 10)
        #expect(try await library.catalog.leaseJobs(stages: [.facts], limit: 10).map(\.path.name.text) == ["copy.jpg"])
    }

    @Test func `a hash of what a file was before it changed is thrown away`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        let stale = try #require(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first)
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(2))
        #expect(
            try await library.catalog.leaseJobs(stages: [.identity], limit: 1).isEmpty, "two would work on one file")
        try await library.catalog.recordIdentity(stale, hash: hash(1), identity: identity(1))
        let fresh = try #require(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first)
        #expect(fresh.identity.inode == 2)
        #expect(fresh.attempts == 1)
        try await library.catalog.failJob(stale, JobFailure(code: "damaged", message: "x", cause: .file), retryAt: nil)
        #expect(try await library.catalog.failures().isEmpty)
    }

    @Test func `a file that was another when it was hashed is stored as it was then`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        let job = try #require(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first)
        try await library.catalog.recordIdentity(job, hash: hash(2), identity: identity(2, bytes: 7))
        // The watcher's word of the same change comes late, and costs nothing.
        #expect(try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(2, bytes: 7)).isEmpty)
        #expect(try await library.value("SELECT byte_count FROM asset") == 7)
    }

    @Test func `an asset whose file has changed waits until that is hashed`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        let facts = try #require(try await library.catalog.leaseJobs(stages: everything, limit: 1).first)
        try await library.catalog.recheckFile(of: facts, notBefore: library.clock.now + 2)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 9).isEmpty)
        library.clock.advance(by: 2)
        let again = try #require(try await library.catalog.leaseJobs(stages: everything, limit: 9).first)
        #expect(again.stage == .identity)
        try await library.catalog.recordIdentity(again, hash: hash(1), identity: identity(1))
        library.clock.advance(by: 2)
        let same = try await library.catalog.leaseJobs(stages: everything, limit: 9)
        #expect(same.map(\.assetID) == [facts.assetID])
        #expect(same.map(\.attempts) == [1])
    }

    @Test func `leases given back at the end count neither as attempts nor as deaths`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        for _ in 0..<9 {
            #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).map(\.attempts) == [1])
            try await library.catalog.returnLeases()
            try await library.catalog.recoverLeases()
        }
    }

    @Test func `a late result of a purged job ends nobody else's`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        let late = try #require(try await library.catalog.leaseJobs(stages: [.identity], limit: 1).first)
        try await library.catalog.removeFile(path("/p/a.jpg"))
        try await library.catalog.recordFile(path("/p/b.jpg"), identity: identity(2))
        try await library.catalog.recordIdentity(late, hash: hash(1), identity: identity(1))
        try await library.catalog.recheckFile(of: late, notBefore: 0)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 9).map(\.path.name.text) == ["b.jpg"])
    }

    @Test func `a result that comes after its file has gone is kept for its return`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        let job = try #require(try await library.catalog.leaseJobs(stages: everything, limit: 1).first)
        try await library.catalog.removeFile(path("/p/a.jpg"))
        try await library.catalog.recordFacts(job, facts: photo())
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
        #expect(try await library.value("SELECT count(*) FROM asset WHERE facts_at IS NOT NULL") == 1)
    }

    @Test func `a returned job waits as if it had never run`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        for _ in 0..<9 {
            let job = try #require(try await library.catalog.leaseJobs(stages: everything, limit: 1).first)
            #expect(job.attempts == 1)
            try await library.catalog.returnJob(job, notBefore: library.clock.now + 60)
            #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).isEmpty)
            #expect(try await library.catalog.nextDueTime(stages: everything) == library.clock.now + 60)
            library.clock.advance(by: 60)
        }
    }

    @Test func `nothing is leased while paused, also after a restart`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.catalog.setPaused(true)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).isEmpty)
        let again = try library.reopened()
        #expect(try await again.isPaused())
        try await again.setPaused(false)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).count == 1)
    }

    @Test func `jobs of an offline folder wait until it is back, and other folders' jobs do not`() async throws {
        let library = try await TestLibrary(roots: ["/disk", "/p"])
        for file in ["/disk/a.jpg", "/disk/b.jpg", "/disk/c.jpg"] {
            try await library.catalog.recordFile(path(file), identity: identity(file.hashValueForTests))
        }
        try await library.catalog.recordFile(path("/p/d.jpg"), identity: identity(4, modifiedAt: 0))
        try await library.catalog.setRootState(path("/disk"), .offline)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 2).map(\.path.name.text) == ["d.jpg"])
        try await library.catalog.setRootState(path("/disk"), .watched)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 9).count == 3)
    }

    @Test func `asking again queues a description before all others and keeps the old one meanwhile`() async throws {
        let library = try await TestLibrary()
        let asset = try await library.add("/p/a.jpg", says: [caption("a lighthouse"), tag("sea")], model: "old")
        try await library.add("/p/b.jpg", says: [caption("a frog")], model: "new")
        _ = try await library.catalog.editTags(path("/p/a.jpg"), add: ["holiday"], remove: [])
        #expect(try await library.catalog.requestDescription(query: "model:old") == 1)
        let job = try #require(try await library.catalog.leaseJobs(stages: everything, limit: 9).first)
        #expect(job.stage == .description)
        #expect(job.assetID == asset)
        #expect(try await library.found("lighthouse") == ["a.jpg"])
        try await library.catalog.recordDescription(job, [caption("a tower")], provenance: Provenance(source: .engine))
        #expect(try await library.found("lighthouse") == [])
        #expect(try await library.found("tag:sea") == [])
        #expect(try await library.found("tower tag:holiday") == ["a.jpg"], "the person's own tags stay")
        #expect(try await library.catalog.requestDescription(paths: [path("/p/b.jpg")]) == 1)
        await #expect(throws: CatalogError.self) {
            try await library.catalog.requestDescription(paths: [path("/p/none.jpg")])
        }
        await #expect(throws: CatalogError.self) { try await library.catalog.requestDescription(query: " ") }
    }

    @Test func `a file without a date was taken when it was last modified`() async throws {
        let library = try await TestLibrary()
        let moment = 1_718_000_000.25
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1, modifiedAt: moment))
        try await library.drain()
        let taken = try #require(try await library.catalog.file(at: path("/p/a.jpg")).facts?.takenAt)
        #expect(taken == LocalTime.captureTime(at: moment))
        #expect(taken.source == .modified)
        #expect(taken.local.hasSuffix(".250"))
    }

    @Test func `an offline folder's many jobs are in no lease's way, and all are due when it is back`() async throws {
        let library = try await TestLibrary(roots: ["/disk", "/p"])
        let files = (0..<3_000).map { ListedFile(name: name("\($0).jpg"), identity: identity($0 + 10)) }
        try await library.catalog.recordListings(
            [DirectoryListing(directory: path("/disk"), files: files, subdirectories: [])], discovery: .live)
        try await library.catalog.recordListings([listing("/p", ["old.jpg": 1])], discovery: .crawl)
        try await library.catalog.setRootState(path("/disk"), .offline)
        let putOff = "SELECT count(*) FROM job WHERE not_before >= 9000000000"
        #expect(try await library.value(putOff) == 3_000)
        let leased = try await library.catalog.leaseJobs(stages: [.identity], limit: 5)
        #expect(leased.map(\.path) == [path("/p/old.jpg")])
        #expect(try await library.catalog.nextDueTime(stages: [.identity]) == nil)
        try await library.catalog.setRootState(path("/disk"), .watched)
        #expect(try await library.value(putOff) == 0)
        #expect(try await library.catalog.leaseJobs(stages: [.identity], limit: 5).count == 5)
    }

    @Test func `hashing is never suspected of the daemon's deaths`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings([listing("/p", ["a.jpg": 1])], discovery: .live)
        for _ in 0..<6 {
            #expect(try await library.catalog.leaseJobs(stages: [.identity], limit: 5).count == 1)
            try await library.catalog.recoverLeases()
        }
        #expect(try await library.catalog.failures().isEmpty)
    }
}
