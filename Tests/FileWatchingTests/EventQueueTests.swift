import MediaTypes
import Synchronization
import Testing

@testable import FileWatching

@Suite(.timeLimit(.minutes(1)))
struct EventQueueTests {
    @Test func `room ends with the entries that wait, and comes back when half are taken`() async {
        let calls = Mutex(0)
        let queue = EventQueue(capacity: 4) { calls.withLock { $0 += 1 } }
        for _ in 0..<4 {
            #expect(queue.hasRoom())
            queue.send(.overflowed)
        }
        #expect(!queue.hasRoom())
        _ = await queue.next(upTo: 1)
        #expect(!queue.hasRoom() && calls.withLock { $0 } == 0)
        _ = await queue.next(upTo: 1)
        #expect(queue.hasRoom() && calls.withLock { $0 } == 1)
    }

    @Test func `a listing weighs as much as its entries`() throws {
        let queue = EventQueue(capacity: 3) {}
        let path = try #require(MediaPath("/p"))
        let names = [FileName("a"), FileName("b")]
        queue.send(.listed(directory: path, files: [], subdirectories: names, live: false))
        #expect(!queue.hasRoom())
    }

    @Test func `a consumer that waits is woken by an event, by the end and by its cancellation`() async {
        let queue = EventQueue(capacity: 4) {}
        async let first = queue.next(upTo: 10)
        queue.send(.overflowed)
        #expect(await first == [.overflowed])
        let cancelled = Task { await queue.next(upTo: 10) }
        cancelled.cancel()
        #expect(await cancelled.value == [])
        async let last = queue.next(upTo: 10)
        queue.finish()
        #expect(await last == [])
    }
}
