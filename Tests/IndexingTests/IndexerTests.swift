import Indexing
import Logging
import MediaTypes
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct IndexerTests {
    private let directory: TemporaryDirectory
    private let picture: IndexingJob

    init() throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        picture = IndexingJob(
            id: 1, stage: .identity, path: try directory.write("pixels", to: "picture.png"),
            identity: FileIdentity(device: 0, inode: 0, byteCount: 6, modifiedAt: 0))
    }

    private func indexer(
        _ store: FakeStore, media: FakeMedia = FakeMedia(), describer: FakeEngine = FakeEngine(),
        encoder: FakeEncoder = FakeEncoder(), onEnd: @escaping @Sendable (JobEnding) -> Void = { _ in }
    ) throws -> Indexer {
        var configuration = IndexingConfiguration()
        configuration.descriptionConcurrency = 1
        return Indexer(
            store: store, media: media, describer: describer, encoder: encoder,
            thumbnails: ThumbnailCache(directory: directory.path),
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onEnd: onEnd)
    }

    @Test func `a file goes through every stage, in order`() async throws {
        let store = FakeStore([picture])
        let indexer = try indexer(store)
        let run = Task { await indexer.run() }
        await store.ended(4)
        run.cancel()
        await run.value
        #expect(store.endings.prefix(2) == [.identity(1), .facts(11)])
        #expect(Set(store.endings.suffix(2).map { "\($0)" }) == ["words(21)", "description(31)"])
    }

    @Test func `facts do not wait until the words of others are read`() async throws {
        var jobs = [picture, picture, picture]
        for (index, stage) in [JobStage.words, .words, .facts].enumerated() {
            jobs[index].id = Int64(index)
            jobs[index].stage = stage
        }
        let store = FakeStore(jobs)
        let indexer = try indexer(store, media: FakeMedia(readsForEver: true), describer: FakeEngine(isSetUp: false))
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.endings.first == .facts(2))
    }

    @Test func `without an engine descriptions wait and nothing else does`() async throws {
        let store = FakeStore([picture])
        let indexer = try indexer(store, describer: FakeEngine(isSetUp: false))
        let run = Task { await indexer.run() }
        await store.ended(3)
        run.cancel()
        await run.value
        #expect(store.endings == [.identity(1), .facts(11), .words(21)])
    }

    private let meaningless = [
        AssetTexts(assetID: 7, texts: ["a dog", "beach"]), AssetTexts(assetID: 8, texts: []),
        AssetTexts(assetID: 9, texts: ["poison"]), AssetTexts(assetID: 10, texts: ["end"]),
    ]

    @Test func `every content gets a vector for each of its texts, and one that the encoder fails on gets none`()
        async throws
    {
        let store = FakeStore([], meaningless: meaningless)
        let failure = JobFailure(code: "crashed", message: "It crashed.", cause: .file)
        let indexer = try indexer(store, encoder: FakeEncoder(failures: ["poison": failure]))
        let run = Task { await indexer.run() }
        await store.ended(4)
        run.cancel()
        await run.value
        #expect(
            store.endings == [
                .meaning(7, vectors: [[5], [5]]), .meaning(8, vectors: []), .meaning(9, vectors: []),
                .meaning(10, vectors: [[3]]),
            ])
    }

    @Test(arguments: [JobFailure.Cause.file, .chance])
    func `an encoder that fails on everything takes no content's meaning`(cause: JobFailure.Cause) async throws {
        let store = FakeStore([picture], meaningless: meaningless)
        let failure = JobFailure(code: "crashed", message: "It crashed.", cause: cause)
        let indexer = try indexer(store, encoder: FakeEncoder(failures: ["a dog": failure, "photo": failure]))
        let run = Task { await indexer.run() }
        await store.ended(4)
        while indexer.encoderTrouble == nil { await Task.yield() }
        run.cancel()
        await run.value
        #expect(!store.endings.contains { if case .meaning = $0 { true } else { false } })
    }

    @Test func `an encoder that is away keeps meanings waiting, and nothing else`() async throws {
        let store = FakeStore([picture], meaningless: meaningless)
        let failure = JobFailure(code: "worker-unavailable", message: "It is away.", cause: .service)
        let indexer = try indexer(store, encoder: FakeEncoder(failures: ["a dog": failure]))
        let run = Task { await indexer.run() }
        await store.ended(4)
        run.cancel()
        await run.value
        #expect(!store.endings.contains { if case .meaning = $0 { true } else { false } })
        #expect(indexer.encoderTrouble == failure)
    }

    @Test func `the store knows whose vectors it gets`() async throws {
        // Of an encoder that came while the daemon ran it did not: the next start made all of them anew.
        let store = FakeStore([], meaningless: meaningless)
        let indexer = try indexer(store)
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.vectorsEncoder == "fake")
    }

    @Test func `without an encoder no content is asked for`() async throws {
        let store = FakeStore([picture], meaningless: meaningless)
        let indexer = try indexer(store, encoder: FakeEncoder(canEncode: false))
        let run = Task { await indexer.run() }
        await store.ended(4)
        run.cancel()
        await run.value
        #expect(!store.endings.contains { if case .meaning = $0 { true } else { false } })
        #expect(store.encoder == nil)
    }

    @Test func `a broken file fails once, for good, and the next is worked on`() async throws {
        let store = FakeStore([picture.next(.facts), picture])
        let broken = JobFailure(code: "damaged", message: "It is broken.", cause: .file)
        let indexer = try indexer(store, media: FakeMedia(failure: broken))
        let run = Task { await indexer.run() }
        await store.ended(3)
        run.cancel()
        await run.value
        #expect(store.endings.contains(.failed(11, code: "damaged", isFinal: true)))
        #expect(store.endings.contains(.identity(1)))
    }

    @Test func `a worker that is away costs a file no attempt, and the trouble is told`() async throws {
        let store = FakeStore([picture.next(.facts)])
        let away = JobFailure(code: "worker-unavailable", message: "The worker does not start.", cause: .service)
        let indexer = try indexer(store, media: FakeMedia(failure: away))
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.endings == [.returned(11)])
        #expect(indexer.workerTrouble == away)
    }

    @Test func `a file that changed meanwhile is looked at anew`() async throws {
        let store = FakeStore([picture.next(.facts)])
        let changed = JobFailure(code: "changed", message: "It changed.", cause: .changed)
        let indexer = try indexer(store, media: FakeMedia(failure: changed))
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.endings == [.rechecked(11)])
    }

    @Test func `a file that is gone is put back, for the watcher to say what became of it`() async throws {
        var lost = picture
        lost.path = directory.path("lost.png")
        let store = FakeStore([lost])
        let indexer = try indexer(store)
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.endings == [.returned(1)])
    }

    @Test func `paused, nothing is leased; resumed, everything is`() async throws {
        let store = FakeStore([picture])
        let indexer = try indexer(store)
        indexer.setPaused(true)
        let run = Task { await indexer.run() }
        for _ in 0..<100 { await Task.yield() }
        #expect(store.endings.isEmpty)
        indexer.setPaused(false)
        await store.ended(4)
        run.cancel()
        await run.value
    }

    @Test func `every end is told, failures with their reason`() async throws {
        let told = Mutex<[String]>([])
        let store = FakeStore([picture])
        let broken = JobFailure(code: "damaged", message: "It is broken.", cause: .file)
        let indexer = try indexer(store, media: FakeMedia(failure: broken)) { ending in
            told.withLock { $0.append("\(ending.stage) \(ending.failure?.code ?? "done")") }
        }
        let run = Task { await indexer.run() }
        await store.ended(2)
        run.cancel()
        await run.value
        #expect(told.withLock { $0 } == ["identity done", "facts damaged"])
    }

    @Test func `where words cannot be read their jobs wait, and facts do not wait behind them`() async throws {
        var words = picture.next(.words)
        words.id = 5
        let store = FakeStore([words, picture.next(.facts)])
        let indexer = try indexer(store, media: FakeMedia(canReadWords: false), describer: FakeEngine(isSetUp: false))
        let run = Task { await indexer.run() }
        await store.ended(1)
        for _ in 0..<100 { await Task.yield() }
        run.cancel()
        await run.value
        #expect(store.endings == [.facts(11)])
    }

    @Test func `a result that the library refuses is no success: the job is given back, and done again`() async throws {
        let told = Mutex<[String]>([])
        let store = FakeStore([picture.next(.facts)], refusals: 1)
        let indexer = try indexer(store, describer: FakeEngine(isSetUp: false)) { ending in
            told.withLock { $0.append(ending.failure?.code ?? "done") }
        }
        let run = Task { await indexer.run() }
        await store.ended(1)
        run.cancel()
        await run.value
        #expect(store.endings == [.returned(11)])
        #expect(told.withLock { $0 } == ["library-refuses"])
    }
}
