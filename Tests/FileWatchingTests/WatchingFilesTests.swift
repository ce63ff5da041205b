import MediaTypes
import Testing

@testable import FileWatching

@Suite(.timeLimit(.minutes(2)))
struct WatchingFilesTests {
    @Test func `a crawl tells every directory once with its media, then that it is through`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a/b")
        for name in ["1.jpg", "a/2.png", "a/b/3.mp4", "a/notes.txt", "a/.hidden.jpg"] { try tree.write(name) }
        try await WatchSession.run(tree) { session in
            let events = try await session.untilCrawled()
            let listed = events.compactMap { event -> MediaPath? in
                guard case .listed(let directory, _, _, let live) = event else { return nil }
                #expect(!live)
                return directory
            }
            #expect(Set(listed) == [tree.root, tree.path("a"), tree.path("a/b")] && listed.count == 3)
            #expect(events.first == .rootState(tree.root, .watched))
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `a new file settles once, with the identity it has on disk`() async throws {
        let tree = try TemporaryTree()
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.write("new.jpg", "picture")
            let events = try await session.untilSettled("new.jpg")
            let identity = try #require(TemporaryTree.identity(tree.path("new.jpg")))
            #expect(events == [.settled(tree.path("new.jpg"), identity)])
        }
    }

    @Test func `a file that is saved aside and renamed over the old one settles under the old name`() async throws {
        let tree = try TemporaryTree()
        try tree.write("photo.jpg", "old")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.write(".photo.jpg.tmp", "newer")
            try tree.rename(".photo.jpg.tmp", "photo.jpg")
            let events = try await session.untilSettled("photo.jpg")
            let identity = try #require(TemporaryTree.identity(tree.path("photo.jpg")))
            #expect(events == [.settled(tree.path("photo.jpg"), identity)])
            #expect(identity.byteCount == 5)
        }
    }

    @Test(arguments: ["clip.mp4.part", "clip.mp4.crdownload", "clip.mp4.filepart", "clip.tmp", "clip.mp4~"])
    func `a download is told when it gets its name, and not before`(temporary: String) async throws {
        let tree = try TemporaryTree()
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.write(temporary)
            try tree.write("other.jpg")
            #expect(try await session.untilSettled("other.jpg").count == 1)
            try tree.rename(temporary, "clip.mp4")
            #expect(try await session.untilSettled("clip.mp4").count == 1)
        }
    }

    @Test func `a renamed file is told as moved, its identity kept, and nothing else`() async throws {
        let tree = try TemporaryTree()
        try tree.make("a")
        try tree.write("old.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            let identity = try #require(TemporaryTree.identity(tree.path("old.jpg")))
            try tree.rename("old.jpg", "new.jpg")
            #expect(
                try await session.next() == .fileMoved(from: tree.path("old.jpg"), to: tree.path("new.jpg"), identity))
            try tree.rename("new.jpg", "a/new.jpg")
            #expect(
                try await session.next() == .fileMoved(from: tree.path("new.jpg"), to: tree.path("a/new.jpg"), identity)
            )
        }
    }

    @Test func `a file renamed while it is still settling settles under its new name`() async throws {
        let tree = try TemporaryTree()
        var configuration = WatchConfiguration.quick
        configuration.settleTime = .milliseconds(500)
        try await WatchSession.run(tree, configuration) { session in
            try await session.untilCrawled()
            try tree.write("import.jpg")
            try tree.rename("import.jpg", "2024.jpg")
            let identity = try #require(TemporaryTree.identity(tree.path("2024.jpg")))
            #expect(
                try await session.untilSettled("2024.jpg") == [
                    .fileRemoved(tree.path("import.jpg")), .settled(tree.path("2024.jpg"), identity),
                ])
        }
    }

    @Test func `two files that change names keep their identities`() async throws {
        let tree = try TemporaryTree()
        try tree.write("a.jpg", "one")
        try tree.write("b.jpg", "three")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.rename("a.jpg", "c.jpg")
            try tree.rename("b.jpg", "a.jpg")
            try tree.rename("c.jpg", "b.jpg")
            try await session.untilAtRest()
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `a media file that loses its media name is removed`() async throws {
        let tree = try TemporaryTree()
        try tree.write("a.jpg")
        try tree.write("b.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.rename("a.jpg", "a.jpg.bak")
            #expect(try await session.next() == .fileRemoved(tree.path("a.jpg")))
            try tree.rename("b.jpg", ".b.jpg")
            #expect(try await session.next() == .fileRemoved(tree.path("b.jpg")))
        }
    }

    @Test func `a file moved out of the root, or deleted, is removed`() async throws {
        let tree = try TemporaryTree()
        try tree.write("a.jpg")
        try tree.write("b.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.remove("a.jpg")
            #expect(try await session.next() == .fileRemoved(tree.path("a.jpg")))
            try tree.rename(tree.path("b.jpg"), tree.outside.appending(FileName("b.jpg")))
            #expect(try await session.next() == .fileRemoved(tree.path("b.jpg")))
        }
    }

    @Test func `a hard link settles though nobody ever closed it after writing`() async throws {
        let tree = try TemporaryTree()
        let source = tree.outside.appending(FileName("source.jpg"))
        try tree.write(source)
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.link(source, tree.path("link.jpg"))
            #expect(try await session.untilSettled("link.jpg").count == 1)
        }
    }

    @Test func `symbolic links are neither told nor followed`() async throws {
        let tree = try TemporaryTree()
        try tree.write(tree.outside.appending(FileName("far.jpg")))
        try tree.symlink(tree.outside, tree.path("early"))
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.symlink(tree.outside, tree.path("late"))
            try tree.symlink(tree.outside.appending(FileName("far.jpg")), tree.path("late.jpg"))
            try tree.symlink(tree.root, tree.path("loop"))
            try await session.untilAtRest()
            #expect(session.model.directories == [tree.root])
            #expect(session.model == (try ModelTree.onDisk(tree.root)))
        }
    }

    @Test func `a name that is no UTF-8 is kept byte for byte`() async throws {
        let tree = try TemporaryTree()
        let path = tree.root.appending(FileName([0xFF, 0xFE] + Array(".jpg".utf8)))
        try await WatchSession.run(tree) { session in
            try await session.untilCrawled()
            try tree.write(path)
            let identity = try #require(TemporaryTree.identity(path))
            #expect(try await session.next() == .settled(path, identity))
        }
    }

    @Test func `a file whose times are set after it was closed is told with these times`() async throws {
        let tree = try TemporaryTree()
        try tree.write("a.jpg")
        try await WatchSession.run(tree) { session in
            try await session.untilAtRest()
            try tree.setModified("a.jpg", 1_000_000_000)
            guard case .settled(_, let identity) = try await session.next() else {
                Issue.record("no file settled")
                return
            }
            #expect(identity.modifiedAt == 1_000_000_000)
        }
    }
}
