import MediaTypes
import Testing

@testable import FileWatching

@Suite(.timeLimit(.minutes(2)))
struct WatchingWithoutWatchesTests {
    @Test(arguments: [0, 1, 3])
    func `beyond the watch limit folders are polled, and nothing is missed`(limit: Int) async throws {
        let tree = try TemporaryTree()
        for folder in ["a", "b/c", "d"] { try tree.make(folder) }
        try tree.write("b/c/1.jpg", "one")
        var configuration = WatchConfiguration.quick
        configuration.watchLimit = limit
        try await WatchSession.run(tree, configuration) { session in
            try await session.until { event in
                guard case .rootState(_, .polled(let reason)) = event else { return false }
                return reason.contains("fs.inotify.max_user_watches")
            }
            try await session.untilAtRest()
            #expect(session.watcher.health.watches == limit)
            #expect(session.watcher.health.polledDirectories == 5 - limit)
            try tree.write("b/c/1.jpg", "changed")
            try tree.write("a/2.jpg")
            try tree.make("d/e")
            try tree.write("d/e/3.jpg")
            try await session.until { _ in
                session.model.files[tree.path("b/c/1.jpg")]?.byteCount == 7
                    && session.model.files[tree.path("a/2.jpg")] != nil
                    && session.model.files[tree.path("d/e/3.jpg")] != nil
            }
            try tree.removeAll(tree.path("d"))
            try tree.remove("b/c/1.jpg")
            try await session.until { _ in
                session.model.files[tree.path("b/c/1.jpg")] == nil
                    && !session.model.directories.contains(tree.path("d"))
            }
        }
    }

    @Test func `a root is watched again when there are watches enough`() async throws {
        let tree = try TemporaryTree()
        for folder in ["a", "b", "c"] { try tree.make(folder) }
        var configuration = WatchConfiguration.quick
        configuration.watchLimit = 3
        try await WatchSession.run(tree, configuration) { session in
            try await session.until { if case .rootState(_, .polled) = $0 { true } else { false } }
            try await session.untilAtRest()
            try tree.removeAll(tree.path("a"))
            try await session.until(.rootState(tree.root, .watched))
            #expect(session.watcher.health.polledDirectories == 0)
        }
    }

    @Test func `an unchanged folder is polled in silence`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try tree.make("b")
        try tree.write("b/1.jpg")
        var configuration = WatchConfiguration.quick
        configuration.watchLimit = 0
        try await WatchSession.run(tree, configuration) { session in
            try await session.untilAtRest()
            try await session.untilAtRest()
            let listedB = session.log.filter { if case .listed(tree.path("b"), _, _, _) = $0 { true } else { false } }
            // Once by the crawl, once more when its file has settled.
            #expect(listedB.count <= 2)
        }
    }

    /// The kernel's limit of queued events cannot be lowered for a test alone, so its record is handed in.
    @Test func `after an overflow every root is crawled again, and what was lost is told`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            session.watcher.mailbox.deliver([KernelRecord(watch: -1, kind: .overflowed)])
            session.watcher.mailbox.deliver([KernelRecord(watch: -1, kind: .overflowed)])
            let events = try await session.untilCrawled()
            #expect(events.first == .overflowed)
            #expect(events.contains { if case .listed(tree.path("a"), _, _, _) = $0 { true } else { false } })
            try await session.untilAtRest()
            #expect(session.watcher.health.overflows >= 1)
        }
    }

    @Test func `a folder of 3,000 files is told whole where only 100 may settle at a time`() async throws {
        let tree = try TemporaryTree()
        var configuration = WatchConfiguration.quick
        configuration.settlingCapacity = 100
        configuration.backlogCapacity = 500
        try await WatchSession.run(tree, configuration) { session in
            try await session.untilCrawled()
            try tree.make("many")
            for number in 1...3_000 { try tree.write("many/\(number).jpg") }
            try await session.until { _ in session.model.files.count >= 3_000 }
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `the crawl waits for a consumer that takes nothing`() async throws {
        let tree = try TemporaryTree()
        for number in 1...50 {
            try tree.make("\(number)")
            try tree.write("\(number)/1.jpg")
        }
        var configuration = WatchConfiguration.quick
        configuration.eventCapacity = 8
        try await WatchSession.run(tree, configuration) { session in
            _ = try await session.next()
            // Whatever time it gets, it lists no more directories than fit.
            for _ in 1...1_000 { await Task.yield() }
            #expect(session.watcher.health.watches < 20)
            try await session.untilCrawled()
            #expect(session.watcher.health.watches == 51)
        }
    }
}
