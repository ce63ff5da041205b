import GRDB
import MediaTypes
import TestSupport
import Testing

@testable import Catalog

/// A tree as a file system would hold it, changed at random, and a library that is told.
private struct Model {
    struct File: Equatable {
        var identity: FileIdentity
        var content: Int
    }

    var files: [MediaPath: File] = [:]
    var directories: Set<MediaPath> = [path("/p")]
    var random: SeededGenerator
    private var lastInode = 0
    /// What the bytes of an inode of this size are.
    var contents: [FileIdentity: Int] = [:]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ elements: some Collection<Element>) -> Element? {
        elements.randomElement(using: &random)
    }

    mutating func anyFile() -> MediaPath? { pick(files.keys.sorted { $0.text < $1.text }) }
    mutating func anyDirectory() -> MediaPath { pick(directories.sorted { $0.text < $1.text }) ?? path("/p") }

    mutating func newFile() -> File {
        lastInode += 1
        // A tenth of all files are copies.
        let content = lastInode % 10 == 0 ? 1 : lastInode
        return settled(inode: lastInode, bytes: 1_000, content: content)
    }

    mutating func settled(inode: Int, bytes: Int64, content: Int) -> File {
        let identity = identity(inode, bytes: bytes, modifiedAt: Double(Int.random(in: 0...1_000_000, using: &random)))
        contents[identity] = content
        return File(identity: identity, content: content)
    }

    func listings(below top: MediaPath) -> [DirectoryListing] {
        directories.filter { $0.isInside(top) }.sorted { $0.text < $1.text }.map { directory in
            DirectoryListing(
                directory: directory,
                files: files.filter { $0.key.parent == directory }
                    .map { ListedFile(name: $0.key.name, identity: $0.value.identity) },
                subdirectories: directories.filter { $0.parent == directory && $0 != directory }.map(\.name))
        }
    }

    mutating func move(_ source: MediaPath, to target: MediaPath) {
        func moved(_ path: MediaPath) -> MediaPath {
            path.components.dropFirst(source.components.count).reduce(target) { $0.appending($1) }
        }
        remove(target)
        files = Dictionary(uniqueKeysWithValues: files.map { ($0.isInside(source) ? moved($0) : $0, $1) })
        directories = Set(directories.map { $0.isInside(source) ? moved($0) : $0 })
    }

    mutating func remove(_ directory: MediaPath) {
        files = files.filter { !$0.key.isInside(directory) }
        directories = directories.filter { !$0.isInside(directory) }
    }
}

@Suite struct ModelTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `the library after any events is the library after a fresh scan`(seed: UInt64) async throws {
        var model = Model(seed: seed)
        let library = try await TestLibrary()
        for _ in 0..<250 { try await step(&model, library.catalog) }
        try await Invariants.check(library.catalog, "seed \(seed), before the rest is done")
        _ = try await library.catalog.retryFailures()
        try await finish(library, model)
        let fresh = try await TestLibrary()
        try await fresh.catalog.recordListings(model.listings(below: path("/p")), discovery: .crawl)
        try await finish(fresh, model)
        let contents = try await contents(of: library.catalog)
        #expect(contents == Dictionary(uniqueKeysWithValues: model.files.map { ($0.text, hash($1.content).bytes) }))
        #expect(try await contents == self.contents(of: fresh.catalog), "seed \(seed)")
        #expect(try await library.value("SELECT count(*) FROM job") == 0)
        try await Invariants.check(library.catalog, "seed \(seed), at the end")
        let change = try await library.catalog.recordListings(model.listings(below: path("/p")), discovery: .crawl)
        #expect(change.isEmpty, "seed \(seed): a crawl found what no event told")
    }

    private func step(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        switch Int.random(in: 0..<14, using: &model.random) {
        case 0...2: try await create(&model, catalog)
        case 3: try await change(&model, catalog)
        case 4: try await moveFile(&model, catalog)
        case 5: try await moveDirectory(&model, catalog)
        case 6:
            guard let file = model.anyFile() else { return }
            model.files[file] = nil
            try await catalog.removeFile(file)
        case 7:
            let directory = model.anyDirectory()
            guard directory != path("/p"), Bool.random(using: &model.random) else { return }
            model.remove(directory)
            try await catalog.removeDirectory(directory)
        case 8: try await catalog.recordListings(model.listings(below: model.anyDirectory()), discovery: .live)
        default: try await work(&model, catalog)
        }
    }

    private func create(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        var directory = model.anyDirectory()
        if Int.random(in: 0..<3, using: &model.random) == 0 {
            directory = directory.appending(name("d\(Int.random(in: 0..<5, using: &model.random))"))
            model.directories.insert(directory)
        }
        let file = directory.appending(name("\(Int.random(in: 0..<20, using: &model.random)).jpg"))
        let settled = model.newFile()
        model.files[file] = settled
        try await catalog.recordFile(file, identity: settled.identity)
    }

    private func change(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        guard let file = model.anyFile(), let old = model.files[file] else { return }
        let isTouch = Bool.random(using: &model.random)
        let settled = model.settled(
            inode: Int(old.identity.inode), bytes: old.identity.byteCount + (isTouch ? 0 : 1),
            content: isTouch ? old.content : old.content + 100_000)
        model.files[file] = settled
        try await catalog.recordFile(file, identity: settled.identity)
    }

    private func moveFile(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        guard let source = model.anyFile(), let file = model.files[source] else { return }
        let target = model.anyDirectory().appending(name("\(Int.random(in: 0..<20, using: &model.random)).jpg"))
        model.files[source] = nil
        model.files[target] = file
        try await catalog.moveFile(from: source, to: target, identity: file.identity)
    }

    private func moveDirectory(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        let source = model.anyDirectory()
        let target = model.anyDirectory().appending(name("d\(Int.random(in: 0..<5, using: &model.random))"))
        guard source != path("/p"), !target.isInside(source), !source.isInside(target) else { return }
        model.move(source, to: target)
        // One that the library was never told of has to be crawled, as the watcher does.
        if try await !catalog.moveDirectory(from: source, to: target) {
            try await catalog.recordListings(model.listings(below: target), discovery: .live)
        }
    }

    /// Does, fails, gives back or rechecks a few jobs, as it comes.
    private func work(_ model: inout Model, _ catalog: MediaCatalog) async throws {
        for job in try await catalog.leaseJobs(stages: Set(JobStage.allCases), limit: 3) {
            switch Int.random(in: 0..<10, using: &model.random) {
            case 0: try await catalog.returnJob(job, notBefore: 0)
            case 1:
                let failure = JobFailure(code: "damaged", message: "Broken.", cause: .file)
                try await catalog.failJob(job, failure, retryAt: Bool.random(using: &model.random) ? nil : 0)
            case 2: try await catalog.recheckFile(of: job, notBefore: 0)
            case 3: try await catalog.recoverLeases()
            default: try await done(job, catalog, model)
            }
        }
    }

    private func finish(_ library: TestLibrary, _ model: Model) async throws {
        try await library.catalog.recoverLeases()
        let everything = Set(JobStage.allCases)
        while let due = try await library.catalog.nextDueTime(stages: everything) {
            library.clock.advance(by: max(0, due - library.clock.now))
            for job in try await library.catalog.leaseJobs(stages: everything, limit: 50) {
                try await done(job, library.catalog, model)
            }
        }
    }

    private func done(_ job: IndexingJob, _ catalog: MediaCatalog, _ model: Model) async throws {
        switch job.stage {
        case .identity:
            let content = try #require(model.contents[job.identity])
            try await catalog.recordIdentity(job, hash: hash(content), identity: job.identity)
        case .facts: try await catalog.recordFacts(job, facts: photo())
        case .words: try await catalog.recordWords(job, FirstLookReading(text: words(["words"])))
        case .description:
            try await catalog.recordDescription(job, [caption("a cat")], provenance: Provenance(source: .engine))
        }
    }

    private func contents(of catalog: MediaCatalog) async throws -> [String: [UInt8]] {
        let page = try await catalog.search("cat", limit: 1_000)
        var contents: [String: [UInt8]] = [:]
        for file in page.files {
            contents[file.path.text] = try await catalog.file(at: file.path).contentHash?.bytes
        }
        #expect(page.files.count == (try await catalog.counts().files))
        return contents
    }
}
