import Testing

@testable import MiniCPMV

struct OrderLineTests {
    private func order(_ name: String, priority: Int = 0) -> Order {
        var request = GenerationRequest(messages: [ChatMessage(role: .user, content: .text(name))])
        request.priority = priority
        return Order(request: request, continuation: AsyncThrowingStream.makeStream().continuation)
    }

    private func line(_ orders: [Order]) -> OrderLine {
        var line = OrderLine()
        for order in orders { line.append(order) }
        return line
    }

    /// Which of `orders` is next; `nil`: none.
    private func next(_ line: inout OrderLine, beside priorities: [Int], of orders: [Order]) -> Int? {
        let order = line.next(beside: priorities)
        return orders.firstIndex { $0 === order }
    }

    @Test func `the most urgent goes first, and equals in the order in which they came`() {
        let orders = [order("a", priority: 1), order("b"), order("c", priority: 1), order("d")]
        var line = line(orders)
        let taken = (0..<5).map { _ in next(&line, beside: [], of: orders) }
        #expect(taken == [1, 3, 0, 2, nil])
    }

    @Test func `nothing starts beside what is more urgent, or beside eight of its kind`() {
        let orders = [order("a", priority: 1)]
        var line = line(orders)
        let taken = [[0], [1, 0], [Int](repeating: 1, count: 8), [Int](repeating: 1, count: 7) + [2]].map {
            next(&line, beside: $0, of: orders)
        }
        #expect(taken == [nil, nil, nil, 0])
    }

    @Test func `a question starts at once beside eight answers that nobody waits for`() {
        let orders = [order("a", priority: 1), order("b")]
        var line = line(orders)
        let eight = [Int](repeating: 1, count: 8)
        let taken = [eight, eight + [0]].map { next(&line, beside: $0, of: orders) }
        #expect(taken == [1, nil])
    }

    @Test func `no more than nine are answered at a time, and whoever left is not answered at all`() {
        let orders = [order("a", priority: 0), order("b", priority: 0)]
        var line = line(orders)
        #expect(next(&line, beside: [Int](repeating: 1, count: 8) + [2], of: orders) == nil)
        orders[0].cancel()
        #expect(next(&line, beside: [Int](repeating: 1, count: 8), of: orders) == 1)
    }

    @Test func `one that gave up its turn is told what for, and is the next of its kind`() {
        let orders = [order("a", priority: 1), order("b", priority: 1), order("c")]
        var line = line(Array(orders[..<2]))
        let first = next(&line, beside: [], of: orders)
        #expect(first == 0 && !line.hasMoreUrgent(than: orders[0]))
        line.append(orders[2])
        #expect(line.hasMoreUrgent(than: orders[0]))
        line.putBack(orders[0])
        let taken = (0..<3).map { _ in next(&line, beside: [], of: orders) }
        #expect(taken == [2, 0, 1])
    }
}
