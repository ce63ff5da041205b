import Synchronization
import Testing

@testable import Tensors

@Suite struct ComputePoolTests {
    @Test func `each part is computed once, by whichever thread`() {
        let counts = (0..<1_000).map { _ in Part() }
        let pool = ComputePool(threads: 3)
        for _ in 0..<50 { pool.run(counts.count) { index, _ in counts[index].count() } }
        #expect(counts.allSatisfy { $0.total == 50 })
    }

    @Test func `kernels of several threads take turns, in each other's way nowhere`() async {
        let pool = ComputePool(threads: 3)
        let sums = await withTaskGroup(of: [Float].self) { group in
            for caller in 1...4 {
                group.addTask {
                    (0..<200).map { _ in
                        let sum = Mutex<Float>(0)
                        pool.run(40) { _, worker in
                            // Another caller's numbers in this memory would be added up.
                            let scratch = pool.scratch(worker, count: 64)
                            for index in 0..<64 { scratch[index] = Float(caller) }
                            let part = (0..<64).reduce(Float(0)) { $0 + scratch[$1] }
                            sum.withLock { $0 += part }
                        }
                        return sum.withLock { $0 } / Float(caller)
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sums.count == 800 && sums.allSatisfy { $0 == 40 * 64 })
    }
}

/// How often a part was computed.
private final class Part: Sendable {
    private let value = Mutex(0)

    var total: Int { value.withLock { $0 } }
    func count() { value.withLock { $0 += 1 } }
}
