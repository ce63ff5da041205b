import MediaTypes
import Testing

@testable import Catalog

@Suite struct FailureTests {
    private let everything = Set(JobStage.allCases)
    private let damaged = JobFailure(code: "damaged", message: "The picture ends too soon.", cause: .file)

    private func leaseOne(_ library: TestLibrary) async throws -> IndexingJob {
        try #require(try await library.catalog.leaseJobs(stages: everything, limit: 1).first)
    }

    @Test func `a failure is reported with its reason and tried again only when asked`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        try await library.catalog.failJob(leaseOne(library), damaged, retryAt: nil)
        let failure = try #require(try await library.catalog.failures().first)
        #expect(
            failure
                == FailedJob(
                    path: path("/p/a.jpg"), stage: .facts, code: "damaged", message: "The picture ends too soon.",
                    attempts: 1,
                    failedAt: TestLibrary.start))
        #expect(try await library.found("is:failed") == ["a.jpg"])
        library.clock.advance(by: 1e9)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).isEmpty)
        #expect(try await library.catalog.retryFailures([path("/p/other.jpg")]) == 0)
        #expect(try await library.catalog.retryFailures([path("/p/a.jpg")]) == 1)
        #expect(try await leaseOne(library).attempts == 1)
        #expect(try await library.catalog.failures().isEmpty)
    }

    @Test func `a passing failure is tried again when it is due, and counts its attempts`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        let busy = JobFailure(code: "engine-busy", message: "The engine is busy.", cause: .service)
        try await library.catalog.failJob(leaseOne(library), busy, retryAt: library.clock.now + 8)
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).isEmpty)
        #expect(try await library.catalog.file(at: path("/p/a.jpg")).jobs.first?.message == "The engine is busy.")
        library.clock.advance(by: 8)
        #expect(try await leaseOne(library).attempts == 2)
    }

    @Test func `a file that changes has a clean slate`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.catalog.failJob(leaseOne(library), damaged, retryAt: nil)
        #expect(try await library.catalog.counts().failed == 1)
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        #expect(try await library.catalog.counts().failed == 1, "it has not changed")
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(2))
        #expect(try await library.catalog.counts().failed == 0)
        #expect(try await library.catalog.file(at: path("/p/a.jpg")).jobs.map(\.message) == [nil])
        #expect(try await leaseOne(library).attempts == 1)
    }

    @Test func `a file whose content cannot be known any more does not count as what it was`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a lighthouse")])
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(2))
        try await library.catalog.failJob(leaseOne(library), damaged, retryAt: nil)
        #expect(try await library.found("lighthouse") == [])
        #expect(try await library.found("a.jpg") == ["a.jpg"])
        #expect(try await library.catalog.pending() == 1)
    }

    @Test func `a job is taken back from a daemon that died, and suspected at the fifth death`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        try await library.hashAll()
        for death in 1...5 {
            #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).count == 1, "death \(death)")
            try await library.reopened().recoverLeases()
        }
        #expect(try await library.catalog.leaseJobs(stages: everything, limit: 1).isEmpty)
        #expect(try await library.catalog.failures().map(\.code) == ["crashed"])
    }

    @Test func `a folder that is removed takes its jobs and failures along`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings(
            [listing("/p", ["a.jpg": 1], ["s"]), listing("/p/s", ["b.jpg": 2, "c.jpg": 3])], discovery: .crawl)
        try await library.hashAll(["/p/a.jpg": 1, "/p/s/b.jpg": 1])
        for job in try await library.catalog.leaseJobs(stages: everything, limit: 9) {
            try await library.catalog.failJob(job, damaged, retryAt: nil)
        }
        #expect(try await library.catalog.counts().failed == 2)
        // Of equal files each is named: a person looks for one of them.
        #expect(Set(try await library.catalog.failures().map(\.path.name.text)) == ["a.jpg", "b.jpg", "c.jpg"])
        try await library.catalog.removeDirectory(path("/p/s"))
        // The content of a.jpg, a copy of b.jpg, still lies somewhere.
        #expect(try await library.catalog.failures().map(\.path.name.text) == ["a.jpg"])
    }
}
