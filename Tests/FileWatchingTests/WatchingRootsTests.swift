import MediaTypes
import Testing

@testable import FileWatching

@Suite(.timeLimit(.minutes(2)))
struct WatchingRootsTests {
    private static func isOffline(_ event: FileEvent) -> Bool {
        if case .rootState(_, .offline) = event { true } else { false }
    }

    @Test func `a root that goes away is offline, keeps its files, and is watched again when it is back`() async throws
    {
        let tree = try TemporaryTree()
        try tree.make("a")
        try tree.write("a/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            let before = session.model
            let away = tree.outside.appending(FileName("away"))
            try tree.rename(tree.root, away)
            try await session.until(Self.isOffline)
            #expect(session.model == before)
            #expect(session.watcher.health.watches == 0)
            try tree.write(TemporaryTree.path("a/2.jpg", below: away))
            try tree.rename(away, tree.root)
            try await session.until(.rootState(tree.root, .watched))
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
            #expect(session.model.files[tree.path("a/2.jpg")] != nil)
        }
    }

    @Test func `a root that is not there yet is offline until it is`() async throws {
        let tree = try TemporaryTree()
        try tree.removeAll(tree.root)
        try await WatchSession.run(tree) { session in
            try await session.until(Self.isOffline)
            try tree.make(tree.root)
            try await session.until(.rootState(tree.root, .watched))
            try await session.untilAtRest()
        }
    }

    @Test func `an empty root on another device than its files were on is offline until something is in it`()
        async throws
    {
        let tree = try TemporaryTree()
        try await WatchSession.run(tree, knownDevice: 0xDEAD) { session in
            try await session.until(Self.isOffline)
            #expect(session.log.count == 1)
            try tree.write("1.jpg")
            try await session.until(.rootState(tree.root, .watched))
            try await session.untilAtRest()
            #expect(session.model.files[tree.path("1.jpg")] != nil)
        }
    }

    @Test func `a removed root is told of no more, and may be added again`() async throws {
        let tree = try TemporaryTree()
        let other = tree.outside
        try await WatchSession.run(tree) { session in
            try session.watcher.add(root: other)
            try await session.untilAtRest()
            session.watcher.remove(root: other)
            try tree.write(other.appending(FileName("unseen.jpg")))
            let events = try await session.untilAtRest()
            #expect(!events.contains { if case .settled(let path, _) = $0 { path.isInside(other) } else { false } })
            try session.watcher.add(root: other)
            try await session.until(.crawlFinished(root: other))
            try await session.untilAtRest()
            #expect(session.model.files[other.appending(FileName("unseen.jpg"))] != nil)
        }
    }

    @Test func `a folder renamed from one root into another is told as moved`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try await WatchSession.run(tree) { session in
            try session.watcher.add(root: tree.outside)
            try await session.until(.crawlFinished(root: tree.outside))
            try await session.untilAtRest()
            let to = tree.outside.appending(FileName("b"))
            try tree.rename(tree.path("a"), to)
            #expect(try await session.next() == .directoryMoved(from: tree.path("a"), to: to))
        }
    }

    @Test func `roots that overlap are refused with a remedy`() throws {
        let tree = try TemporaryTree()
        let watcher = try FileWatcher()
        try watcher.add(root: tree.root)
        try watcher.add(root: tree.root)
        for clash in [tree.base, tree.path("below")] {
            let error = #expect(throws: FileWatchingError.self) { try watcher.add(root: clash) }
            #expect(error?.code == .overlappingRoots)
            #expect(error?.remedy.isEmpty == false)
        }
        watcher.remove(root: tree.root)
        try watcher.add(root: tree.base)
    }

    @Test func `a second root that is a link to the first is offline as the same folder`() async throws {
        let tree = try TemporaryTree()
        let alias = tree.base.appending(FileName("alias"))
        try tree.symlink(tree.root, alias)
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try session.watcher.add(root: alias)
            let event = try await session.next()
            #expect(event == .rootState(alias, .offline(reason: WatchSentences.sameFolder(tree.root))))
        }
    }

    @Test func `a rescan lists everything again, and ends with the crawl`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            session.watcher.rescan(root: tree.root)
            let events = try await session.untilCrawled()
            let listed = events.filter { if case .listed = $0 { true } else { false } }
            #expect(listed.count == 2)
        }
    }
}
