import Testing

@testable import FileWatching

struct DeadlineQueueTests {
    @Test func `keys come out in the order of their times`() {
        var queue = DeadlineQueue<Int>()
        for key in [5, 3, 9, 1, 7, 2, 8, 4, 6] { queue.schedule(key, at: .seconds(key)) }
        var order: [Int] = []
        while let key = queue.popDue(.seconds(100)) { order.append(key) }
        #expect(order == Array(1...9))
        #expect(queue.isEmpty && queue.nextDeadline() == nil)
    }

    @Test func `a key is due at the last time it was given, earlier or later`() {
        var queue = DeadlineQueue<String>()
        queue.schedule("later", at: .seconds(1))
        queue.schedule("later", at: .seconds(5))
        queue.schedule("earlier", at: .seconds(9))
        queue.schedule("earlier", at: .seconds(3))
        #expect(queue.nextDeadline() == .seconds(3))
        #expect(queue.popDue(.seconds(4)) == "earlier")
        #expect(queue.popDue(.seconds(4)) == nil)
        #expect(queue.popDue(.seconds(5)) == "later")
        #expect(queue.popDue(.seconds(99)) == nil)
    }

    @Test func `a cancelled key never comes out`() {
        var queue = DeadlineQueue<String>()
        queue.schedule("gone", at: .seconds(1))
        queue.schedule("here", at: .seconds(2))
        queue.cancel("gone")
        #expect(queue.nextDeadline() == .seconds(2))
        #expect(queue.popDue(.seconds(9)) == "here")
        #expect(queue.count == 0)
    }
}
