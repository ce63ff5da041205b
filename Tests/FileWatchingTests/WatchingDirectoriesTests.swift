import MediaTypes
import Testing

@testable import FileWatching

@Suite(.timeLimit(.minutes(2)))
struct WatchingDirectoriesTests {
    @Test func `a deep folder made at once is found whole, and told as live`() async throws {
        let tree = try TemporaryTree()
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.make("a/b/c/d")
            try tree.write("a/b/c/d/deep.jpg")
            let events = try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
            let listed = events.compactMap { event -> Bool? in
                if case .listed(_, _, _, let live) = event { live } else { nil }
            }
            #expect(listed.count == 4 && listed.allSatisfy { $0 })
        }
    }

    @Test func `a renamed folder is told in one event, and its files are watched under the new name`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a/b")
        try tree.write("a/b/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.rename("a", "z")
            #expect(try await session.next() == .directoryMoved(from: tree.path("a"), to: tree.path("z")))
            try tree.write("z/b/2.jpg")
            #expect(try await session.untilSettled("z/b/2.jpg").count == 1)
            #expect(session.watcher.health.watches == 3)
        }
    }

    @Test func `a folder moved in is crawled as live, and one moved out is removed with its watches`() async throws {
        let tree = try TemporaryTree()
        let away = tree.outside.appending(FileName("album"))
        try tree.make("album/sub")
        try tree.write("album/sub/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.rename(tree.path("album"), away)
            #expect(try await session.next() == .directoryRemoved(tree.path("album")))
            try await session.untilAtRest()
            #expect(session.watcher.health.watches == 1)
            try tree.rename(away, tree.path("again"))
            let events = try await session.untilAtRest()
            #expect(
                events.contains {
                    if case .listed(tree.path("again/sub"), let files, _, true) = $0 { files.count == 1 } else { false }
                })
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `a folder that is removed with everything in it is told as removed`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a/b")
        try tree.write("a/b/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.removeAll(tree.path("a"))
            try await session.until(.directoryRemoved(tree.path("a")))
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    /// ext4 gives a new directory the inode number of the one just removed.
    @Test func `a folder removed and made again at once is watched`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            for round in 1...20 {
                try tree.removeAll(tree.path("a"))
                try tree.make("a")
                try tree.write("a/\(round).jpg")
            }
            try await session.untilAtRest()
            try tree.write("a/last.jpg")
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `excluded folders cost no watch`() async throws {
        let tree = try TemporaryTree()
        for folder in [".git", "node_modules", "@eaDir", ".hidden", "lost+found", ".Trash-1000", "private", "kept"] {
            try tree.make(folder + "/sub")
            try tree.write(folder + "/sub/1.jpg")
        }
        var configuration = WatchConfiguration.quick
        configuration.excluded = ["private"]
        try await WatchSession.run(tree, configuration) { session in
            try await session.untilAtRest()
            #expect(session.model.directories == [tree.root, tree.path("kept"), tree.path("kept/sub")])
            #expect(session.watcher.health.watches == 3)
            try tree.make(".cache/x")
            try tree.rename("kept/sub", "node_modules/moved")
            try await session.until(.directoryRemoved(tree.path("kept/sub")))
            try await session.untilAtRest()
            #expect(session.watcher.health.watches == 2)
            try tree.rename("node_modules/moved", "back")
            try await session.untilAtRest()
            #expect(session.model.files[tree.path("back/1.jpg")] != nil)
        }
    }

    @Test(arguments: [".nomedia", ".trackerignore"])
    func `a folder with a marker costs no watch, and the marker may come and go`(marker: String) async throws {
        let tree = try TemporaryTree()
        try tree.make("a/sub")
        try tree.write("a/sub/1.jpg")
        try tree.write("a/\(marker)")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            #expect(session.model.directories == [tree.root])
            #expect(session.watcher.health.watches == 1)
            try tree.remove("a/\(marker)")
            try await session.until { if case .listed(tree.path("a/sub"), _, _, true) = $0 { true } else { false } }
            try await session.untilAtRest()
            #expect(session.model.files[tree.path("a/sub/1.jpg")] != nil)
            try tree.write("a/\(marker)")
            try await session.until(.directoryRemoved(tree.path("a")))
            try await session.untilAtRest()
            #expect(session.watcher.health.watches == 1)
        }
    }

    @Test func `a marker in the root itself empties it, and its removal fills it again`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try tree.write("a/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.write(".nomedia")
            try await session.until(.listed(directory: tree.root, files: [], subdirectories: [], live: true))
            #expect(session.model == ModelTree(directories: [tree.root]))
            try tree.remove(".nomedia")
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `a name that is a folder, then a file, then a folder is told as what it is`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a.jpg")
        try tree.write("a.jpg/1.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.removeAll(tree.path("a.jpg"))
            try tree.write("a.jpg")
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
            try tree.remove("a.jpg")
            try tree.make("a.jpg")
            try tree.write("a.jpg/2.jpg")
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }
}
