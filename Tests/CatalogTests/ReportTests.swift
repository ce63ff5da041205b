import MediaTypes
import Testing

@testable import Catalog

@Suite struct ReportTests {
    @Test func `a report tells everything that is known of a file`() async throws {
        let library = try await TestLibrary()
        let facts = photo {
            $0.orientation = 6
            $0.takenAt = CaptureTime(local: "2012-06-30T10:00:00.500", offsetMinutes: 120, source: .exif)
            $0.camera = CameraFacts()
            $0.camera.make = "Canon"
            $0.camera.model = "EOS"
            $0.camera.lens = "50mm"
            $0.camera.exposureTime = 0.004
            $0.camera.fNumber = 2.8
            $0.camera.iso = 400
            $0.camera.focalLength = 50
            $0.location = GeoLocation(latitude: 1.5, longitude: -2.5, altitude: 30)
            $0.perceptualHash = .max - 5
            $0.isScreenshot = true
            $0.duration = 1.5
            $0.damage = "The end is missing."
        }
        let asset = try await library.add(
            "/p/a.jpg", facts: facts, words: ["EXIT"], says: [caption("a door"), tag("door")], model: "minicpm")
        let report = try await library.catalog.file(at: path("/p/a.jpg"))
        #expect(report.assetID == asset)
        #expect(report.facts == facts)
        #expect(report.contentHash == hash("/p/a.jpg".hashValueForTests))
        #expect(report.files.map(\.path.text) == ["/p/a.jpg"])
        #expect(report.files.map(\.identity) == [identity("/p/a.jpg".hashValueForTests)])
        #expect(report.descriptions.map(\.description.text) == ["a door", "door", "EXIT"])
        #expect(report.descriptions.map(\.provenance.model) == ["minicpm", "minicpm", nil])
        #expect(report.descriptions.map(\.provenance.source) == [.engine, .engine, .firstLook])
        #expect(report.descriptions.last?.provenance.engine == "tesseract 5.3.0")
        #expect(report.descriptions.last?.description.confidence == 0.9)
        #expect(report.jobs.isEmpty)
        #expect(report.whyNot == nil)
        #expect(try await library.catalog.asset(asset)?.facts == facts)
        #expect(try await library.catalog.asset(asset + 1) == nil)
    }

    @Test func `the file that was asked for comes before its copies`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordListings(
            [listing("/p", ["a.jpg": 1, "b.jpg": 2, "c.jpg": 3])], discovery: .crawl)
        try await library.hashAll(["/p/a.jpg": 7, "/p/b.jpg": 7, "/p/c.jpg": 7])
        let files = try await library.catalog.file(at: path("/p/b.jpg")).files
        #expect(files.map(\.path.name.text) == ["b.jpg", "a.jpg", "c.jpg"])
        #expect(Set(try await library.found("is:duplicate")) == ["a.jpg", "b.jpg", "c.jpg"])
    }

    @Test(arguments: [
        ("/elsewhere/a.jpg", "tintype add"), ("/p/notes.txt", "not one of a photo or video"),
        ("/p/.cache/a.jpg", ".cache is hidden"),
        ("/p/a.jpg", "excluded"), ("/disk/a.jpg", "offline"),
    ])
    func `a file that is not in the library is told why`(file: String, reason: String) async throws {
        let library = try await TestLibrary(roots: ["/p", "/disk"])
        try await library.catalog.setRootState(path("/disk"), .offline)
        let report = try await library.catalog.file(at: path(file))
        #expect(report.assetID == nil)
        #expect(report.whyNot?.contains(reason) == true, "\(report.whyNot ?? "")")
    }

    @Test func `a file is told what it waits for and what went wrong`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        #expect(try await library.catalog.file(at: path("/p/a.jpg")).whyNot == "Reading its content waits its turn.")
        try await library.hashAll()
        let job = try #require(try await library.catalog.leaseJobs(stages: [.facts], limit: 1).first)
        #expect(try await library.catalog.file(at: path("/p/a.jpg")).whyNot == "Reading its facts is being done.")
        #expect(
            try await library.catalog.runningJobs() == [
                RunningJob(path: path("/p/a.jpg"), stage: .facts, since: TestLibrary.start)
            ])
        let failure = JobFailure(code: "damaged", message: "It ends too soon.", cause: .file)
        try await library.catalog.failJob(job, failure, retryAt: nil)
        let report = try await library.catalog.file(at: path("/p/a.jpg"))
        #expect(report.whyNot?.hasPrefix("Reading its facts failed: It ends too soon.") == true)
        #expect(report.jobs.first?.state == .failed)
    }

    @Test func `the person's tags are counted apart and never taken by the engine`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [tag("sea"), tag("boat")])
        try await library.add("/p/b.jpg", says: [tag("sea")])
        let tags = try await library.catalog.editTags(path("/p/a.jpg"), add: ["  my   trip ", "Sea"], remove: ["boat"])
        #expect(tags == ["Sea", "my trip"])
        #expect(
            try await library.catalog.tags() == [
                TagCount(tag: "sea", source: .engine, count: 2), TagCount(tag: "Sea", source: .user, count: 1),
                TagCount(tag: "boat", source: .engine, count: 1), TagCount(tag: "my trip", source: .user, count: 1),
            ])
        #expect(try await library.found("tag:\"my trip\"") == ["a.jpg"])
        #expect(try await library.catalog.editTags(path("/p/a.jpg"), add: ["SEA"], remove: ["MY TRIP"]) == ["SEA"])
        #expect(try await library.found("tag:\"my trip\"") == [])
        try await library.catalog.removeFile(path("/p/b.jpg"))
        #expect(try await library.catalog.tags().first { $0.tag == "sea" }?.count == 1)
    }

    @Test func `tags of a file that is unknown or not looked at yet are refused`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.recordFile(path("/p/a.jpg"), identity: identity(1))
        for (file, code) in [("/p/a.jpg", CatalogError.Code.notReady), ("/p/b.jpg", .notFound)] {
            do {
                _ = try await library.catalog.editTags(path(file), add: ["x"], remove: [])
                Issue.record("\(file) was tagged")
            } catch {
                #expect(error.code == code)
                #expect(error.message.contains(file))
            }
        }
    }

    @Test func `the counts are those of the rows`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a door")])
        try await library.catalog.recordListings(
            [listing("/p", ["a.jpg": "/p/a.jpg".hashValueForTests, "b.jpg": 2, "c.jpg": 3])], discovery: .crawl)
        for job in try await library.catalog.leaseJobs(stages: [.identity], limit: 1) {
            try await library.catalog.recordIdentity(job, hash: hash(5), identity: job.identity)
        }
        try await library.work(.facts, on: "/p/b.jpg") { try await library.catalog.recordFacts($0, facts: photo()) }
        _ = try await library.catalog.leaseJobs(stages: [.identity], limit: 1)
        let expected = CatalogCounts(
            files: 3, assets: 2, undescribed: 2, queuedFacts: 0, queuedWords: 1, queuedDescription: 1,
            leased: [.identity: 1], failed: 0)
        #expect(try await library.catalog.counts() == expected)
        #expect(try await library.catalog.pending() == 2)
        try await Invariants.check(library.catalog, "counts")
    }
}
