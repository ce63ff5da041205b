import Testing

@testable import MediaWorker

@Suite struct WaitingLineTests {
    @Test(arguments: [([], [1, 2, 3, 4, 5]), ([2, 4], [2, 4, 1, 3, 5])] as [(Set<Int>, [Int])])
    func `the urgent are served first, of equals whoever waits longest`(urgent: Set<Int>, expected: [Int]) async {
        let line = WaitingLine([0])
        let item = await line.take()
        #expect(item == 0)
        let (served, continuation) = AsyncStream.makeStream(of: Int.self)
        var order: [Int] = []
        await withTaskGroup(of: Void.self) { group in
            for number in 1...5 {
                group.addTask {
                    _ = await line.take(isUrgent: urgent.contains(number))
                    continuation.yield(number)
                    line.giveBack(0)
                }
                // In line before the next comes.
                while line.waitingCount < number { await Task.yield() }
            }
            line.giveBack(0)
            for await number in served {
                order.append(number)
                if order.count == 5 { break }
            }
        }
        #expect(order == expected)
    }

    @Test func `who is called off leaves the line, and takes nothing`() async {
        let line = WaitingLine([0])
        _ = await line.take()
        let waiter = Task { await line.take() }
        while line.waitingCount == 0 { await Task.yield() }
        waiter.cancel()
        #expect(await waiter.value == nil)
        line.giveBack(0)
        #expect(await line.take() == 0)
    }

    @Test func `who is called off before waiting is not served`() async {
        let line = WaitingLine<Int>([])
        let waiter = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await line.take()
        }
        #expect(await waiter.value == nil)
        #expect(line.waitingCount == 0)
    }
}
