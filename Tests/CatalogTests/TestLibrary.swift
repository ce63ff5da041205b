import GRDB
import MediaTypes
import Synchronization
import TestSupport

@testable import Catalog

/// A clock that only the test moves.
final class TestClock: Sendable {
    private let seconds: Mutex<Double>

    init(_ seconds: Double) { self.seconds = Mutex(seconds) }

    var now: Double { seconds.withLock { $0 } }
    func advance(by count: Double) { seconds.withLock { $0 += count } }
}

/// A library in a folder of its own, and short ways to fill it.
final class TestLibrary: Sendable {
    /// Monday, 3 June 2024, noon UTC.
    static let start = 1_717_416_000.0

    let directory: TemporaryDirectory
    let catalog: MediaCatalog
    let clock = TestClock(start)

    /// A library that watches these folders.
    init(roots: [String] = ["/p"]) async throws {
        directory = try TemporaryDirectory(label: "tintype-catalog")
        catalog = try MediaCatalog(path: directory.path("library.sqlite").text, clock: { [clock] in clock.now })
        for root in roots { _ = try await catalog.addRoot(path(root)) }
    }

    /// A second look at the same file, as after a restart.
    func reopened() throws(CatalogError) -> MediaCatalog {
        try MediaCatalog(path: catalog.path, clock: { [clock] in clock.now })
    }

    /// One value of a query.
    func value<Value: DatabaseValueConvertible & Sendable>(_ sql: String, as type: Value.Type = Int.self) async throws
        -> Value?
    {
        try await catalog.read { db in try Value.fetchOne(db, sql: sql) }
    }

    /// Rows that were ever written, by triggers too.
    func rowsWritten() async throws -> Int { try await catalog.write { db in db.totalChangesCount } }

    /// Hashes every queued file: to its own content, or to the one named here.
    func hashAll(_ contents: [String: Int] = [:]) async throws {
        while true {
            let jobs = try await catalog.leaseJobs(stages: [.identity], limit: 100)
            if jobs.isEmpty { return }
            for job in jobs {
                let content = contents[job.path.text] ?? Int(job.identity.inode)
                try await catalog.recordIdentity(job, hash: hash(content), identity: job.identity)
            }
        }
    }

    /// Does everything that is queued, with nothing to say of any picture.
    func drain(_ contents: [String: Int] = [:]) async throws {
        try await hashAll(contents)
        for job in try await catalog.leaseJobs(stages: [.facts], limit: 10_000) {
            try await catalog.recordFacts(job, facts: photo())
        }
        for job in try await catalog.leaseJobs(stages: [.words], limit: 10_000) {
            try await catalog.recordWords(job, FirstLookReading(text: words()))
        }
        for job in try await catalog.leaseJobs(stages: [.description], limit: 10_000) {
            try await catalog.recordDescription(job, [], provenance: Provenance(source: .engine))
        }
    }

    /// Enters a file that is wholly indexed: with these facts, words and descriptions.
    @discardableResult
    func add(
        _ file: String, facts: MediaFacts = photo(), words lines: [String] = [], says: [Description] = [],
        model: String? = nil
    ) async throws -> Int64 {
        try await catalog.recordFile(path(file), identity: identity(file.hashValueForTests))
        try await hashAll()
        let asset = try await work(.facts, on: file) { try await self.catalog.recordFacts($0, facts: facts) }
        try await work(.words, on: file) {
            try await self.catalog.recordWords($0, FirstLookReading(text: words(lines)))
        }
        var provenance = Provenance(source: .engine)
        provenance.model = model
        try await work(.description, on: file) { [provenance] job in
            try await self.catalog.recordDescription(job, says, provenance: provenance)
        }
        return asset
    }

    /// Does the one job of this stage that a file has; others' jobs wait on.
    @discardableResult
    func work(_ stage: JobStage, on file: String, _ body: (IndexingJob) async throws -> Void) async throws -> Int64 {
        let jobs = try await catalog.leaseJobs(stages: [stage], limit: 1_000)
        for job in jobs where job.path.text != file { try await catalog.returnJob(job, notBefore: 0) }
        guard let job = jobs.first(where: { $0.path.text == file }) else { throw NoJob(stage: stage, file: file) }
        try await body(job)
        return job.assetID ?? 0
    }

    /// A file had nothing to do where it should have.
    struct NoJob: Error {
        var stage: JobStage
        var file: String
    }

    /// The names of the files that a query finds, in order.
    func found(_ query: String, order: SearchOrder = .relevance) async throws -> [String] {
        try await catalog.search(query, order: order).files.map(\.path.name.text)
    }
}

/// A path of text.
func path(_ text: String) -> MediaPath {
    guard let path = MediaPath(text) else { preconditionFailure("\(text) is no path") }
    return path
}

/// A name of text.
func name(_ text: String) -> FileName { FileName(text) }

/// The identity of the file `inode`; a month old unless said otherwise.
func identity(_ inode: Int, bytes: Int64 = 1000, modifiedAt: Double = TestLibrary.start - 86_400) -> FileIdentity {
    FileIdentity(device: 1, inode: UInt64(inode), byteCount: bytes, modifiedAt: modifiedAt)
}

/// The hash of the content `number`.
func hash(_ number: Int) -> ContentHash {
    let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 8 * 8)) }
    guard let hash = ContentHash(bytes) else { preconditionFailure("32 bytes") }
    return hash
}

/// Facts of a photo of which nothing is remarkable.
func photo(_ change: (inout MediaFacts) -> Void = { _ in }) -> MediaFacts {
    var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 640, height: 480))
    change(&facts)
    return facts
}

/// Words in these lines.
func words(_ lines: [String] = []) -> RecognisedText {
    RecognisedText(
        lines: lines.map { RecognisedLine(text: $0, confidence: 0.9) }, languages: "eng", engine: "tesseract 5.3.0")
}

/// Shorthand for descriptions.
func caption(_ text: String) -> Description { Description(field: .caption, text: text) }
func tag(_ text: String) -> Description { Description(field: .tag, text: text) }
func ocr(_ text: String) -> Description { Description(field: .ocr, text: text) }

/// A listing of files by name and inode.
func listing(_ directory: String, _ files: [String: Int] = [:], _ subdirectories: [String] = []) -> DirectoryListing {
    DirectoryListing(
        directory: path(directory),
        files: files.sorted { $0.key < $1.key }.map { ListedFile(name: name($0.key), identity: identity($0.value)) },
        subdirectories: subdirectories.map(name))
}

extension String {
    /// A number of the text's own, the same in every run (FNV-1a).
    var hashValueForTests: Int {
        Int(utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 })
    }
}
