import MediaTypes
import Testing

@testable import FileWatching

struct WatchTreeTests {
    private var tree = WatchTree()
    private let root: NodeID
    private let album: NodeID
    private let day: NodeID

    init() throws {
        root = tree.insertRoot(try #require(MediaPath("/p")))
        album = tree.insertChild(Place(node: root, name: FileName("album")))
        day = tree.insertChild(Place(node: album, name: FileName("day")))
        for (number, node) in [root, album, day].enumerated() {
            tree.bind(Int32(number + 1), to: node)
            tree.setKey(DirectoryKey(device: 1, inode: UInt64(number + 1)), node)
        }
    }

    @Test func `a rename changes the paths of all that lies below`() {
        var tree = tree
        tree.move(album, to: Place(node: root, name: FileName("trip")))
        #expect(tree.path(day)?.text == "/p/trip/day")
        #expect(tree.child(Place(node: root, name: FileName("album"))) == nil)
        #expect(tree.node(watchedBy: 3) == day)
        #expect(tree.root(day)?.text == "/p")
    }

    @Test func `removal gives back every watch below, and forgets every trace`() {
        var tree = tree
        let removal = tree.remove(album)
        #expect(Set(removal.watches) == [2, 3] && removal.nodes == [album, day])
        #expect(tree.count == 1 && tree.watchCount == 1)
        #expect(tree.path(day) == nil && tree.node(with: DirectoryKey(device: 1, inode: 3)) == nil)
    }

    @Test func `clearing keeps the directory and forgets what it held`() {
        var tree = tree
        let removal = tree.clear(album)
        #expect(Set(removal.watches) == [2, 3] && removal.nodes == [day])
        #expect(tree.path(album)?.text == "/p/album" && tree[album]?.key == nil && tree[album]?.watch == nil)
    }

    @Test func `a watch that has ended names its directory once`() {
        var tree = tree
        #expect(tree.unbind(3) == day)
        #expect(tree.unbind(3) == nil && tree[day]?.watch == nil)
    }

    @Test func `a directory lies inside itself and its ancestors only`() {
        #expect(tree.isInside(day, root) && tree.isInside(day, day) && !tree.isInside(album, day))
    }
}

struct CrawlQueueTests {
    private let node = NodeID(rawValue: 1)

    @Test func `requests before a crawl has begun are one, one while it runs leads to another`() throws {
        let root = try #require(MediaPath("/p"))
        var queue = CrawlQueue()
        queue.request(root, node: node)
        queue.request(root, node: node)
        #expect(queue.count == 1)
        let popped = queue.pop()
        let first = try #require(popped)
        queue.request(root, node: node)
        queue.request(root, node: node)
        #expect(queue.count == 0)
        var child = first
        child.node = NodeID(rawValue: 2)
        queue.push(child)
        #expect(queue.finish(first) == nil)
        let lastPopped = queue.pop()
        let ended = queue.finish(try #require(lastPopped))
        let end = try #require(ended)
        #expect(end.root == root && end.again)
    }

    @Test func `the task added last comes first`() {
        var queue = CrawlQueue()
        for number in 1...3 {
            queue.push(CrawlTask(node: NodeID(rawValue: Int32(number)), isRecursive: true, cause: .live))
        }
        #expect(queue.pop()?.node == NodeID(rawValue: 3))
    }

    @Test func `what is left of an abandoned crawl does not end the next one`() throws {
        let root = try #require(MediaPath("/p"))
        var queue = CrawlQueue()
        queue.request(root, node: node)
        let popped = queue.pop()
        let old = try #require(popped)
        queue.abandon(root)
        queue.request(root, node: NodeID(rawValue: 9))
        #expect(queue.finish(old) == nil)
        let poppedNext = queue.pop()
        let new = try #require(poppedNext)
        #expect(queue.finish(new)?.root == root)
    }
}

struct RootPresenceTests {
    private let here = DirectoryKey(device: 1, inode: 2)

    @Test(arguments: [
        (true, UInt64?.some(7), false), (false, 7, true), (true, 1, true), (true, nil, true),
    ])
    func `an empty directory on another device than known is an unmounted drive`(
        isEmpty: Bool, known: UInt64?, attaches: Bool
    ) {
        let verdict = RootPresence.judge(
            found: here, reason: "", isEmpty: isEmpty, attached: nil, knownDevice: known)
        #expect(verdict == (attaches ? .attach : .offline(reason: WatchSentences.unmounted)))
    }

    @Test func `the directory that we have is left alone, another is attached, none is offline`() {
        func judge(_ found: DirectoryKey?) -> RootPresence {
            RootPresence.judge(found: found, reason: "gone", isEmpty: false, attached: here, knownDevice: 1)
        }
        #expect(judge(here) == .unchanged)
        #expect(judge(DirectoryKey(device: 1, inode: 3)) == .attach)
        #expect(judge(nil) == .offline(reason: "gone"))
    }
}
