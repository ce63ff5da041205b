import Glibc
import MediaTypes
import Testing

@testable import FileWatching

/// The loop driven by hand, so that the disk can be ahead of the records.
struct WatchLoopTests {
    private let tree: TemporaryTree
    private let queue = EventQueue(capacity: 1_000) {}
    private let loop: WatchLoop

    init() throws {
        tree = try TemporaryTree()
        loop = WatchLoop(
            configuration: .quick, mailbox: try WatchMailbox(backlogCapacity: 100), queue: queue, board: HealthBoard(),
            inotify: .failure(InotifyUnavailable(code: EMFILE)))
    }

    private func listAll() {
        while let task = loop.crawls.pop() {
            loop.list(task)
            loop.finish(task)
        }
    }

    /// Adds the root and lists everything below it.
    private func crawl() {
        loop.obey(.add(root: tree.root, knownDevice: nil))
        listAll()
    }

    private func events() async -> [FileEvent] {
        loop.emit(.overflowed)
        return await queue.next(upTo: 1_000).dropLast()
    }

    private func node(_ name: String) throws -> NodeID {
        let root = try #require(loop.roots[tree.root]?.node)
        return try #require(loop.tree.child(Place(node: root, name: FileName(name))))
    }

    @Test func `without inotify every folder is polled, and the root says why`() async throws {
        try tree.make("a")
        crawl()
        let reason = WatchSentences.noInotify(EMFILE, interval: WatchConfiguration.quick.pollInterval)
        #expect(await events().contains(.rootState(tree.root, .polled(reason: reason))))
        #expect(loop.polled.count == 2)
    }

    /// A rename whose record is still under way: by its path the folder is another one.
    @Test func `a folder that took another's path is never asked about the other's files`() async throws {
        try tree.make("a")
        try tree.write("a/1.jpg")
        crawl()
        _ = await events()
        let a = try node("a")
        try tree.rename("a", "z")
        try tree.make("a")
        loop.look(at: Place(node: a, name: FileName("1.jpg")))
        #expect(await events() == [])
        #expect(loop.suspects.count == 1)
    }

    @Test func `a folder found under another name is told as moved`() async throws {
        try tree.make("a/sub")
        crawl()
        _ = await events()
        try tree.rename("a", "z")
        loop.obey(.rescan(root: tree.root))
        listAll()
        let told = await events()
        #expect(told.contains(.directoryMoved(from: tree.path("a"), to: tree.path("z"))))
        #expect(!told.contains { if case .directoryRemoved = $0 { true } else { false } })
    }

    @Test func `a folder that takes the place of the one that held it is crawled, and the other is removed`()
        async throws
    {
        try tree.make("b/c")
        try tree.write("b/c/1.jpg")
        crawl()
        _ = await events()
        let root = try #require(loop.roots[tree.root]?.node)
        let b = try node("b")
        for (number, node) in [root, b].enumerated() { loop.tree.bind(Int32(number), to: node) }
        try tree.rename(tree.path("b"), tree.outside.appending(FileName("b")))
        try tree.rename(TemporaryTree.path("b/c", below: tree.outside), tree.path("b"))
        loop.handle([
            KernelRecord(watch: 0, kind: .movedFrom, isDirectory: true, cookie: 1, name: FileName("b")),
            KernelRecord(watch: 1, kind: .movedFrom, isDirectory: true, cookie: 2, name: FileName("c")),
            KernelRecord(watch: 0, kind: .movedTo, isDirectory: true, cookie: 2, name: FileName("b")),
        ])
        listAll()
        let told = await events()
        #expect(told.first == .directoryRemoved(tree.path("b")))
        #expect(
            told.contains {
                if case .listed(tree.path("b"), let files, _, true) = $0 { files.count == 1 } else { false }
            })
    }

    /// A new directory may get the inode number of the one just removed: by its key it is the old one, without a watch.
    @Test func `a folder whose watch has ended is another one, even under the same inode number`() async throws {
        try tree.make("a")
        crawl()
        _ = await events()
        loop.tree.bind(1, to: try node("a"))
        loop.handle([KernelRecord(watch: 1, kind: .watchEnded)])
        listAll()
        #expect(
            await events() == [
                .directoryRemoved(tree.path("a")),
                .listed(directory: tree.path("a"), files: [], subdirectories: [], live: true),
            ])
    }
}
