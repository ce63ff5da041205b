import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// What kernels run on: threads, memory, and the clock of benchmarks.
struct ComputeTests {
    @Test(arguments: [1, 2, 3, 5], [0, 1, 2, 7, 1000])
    func `each part of the work is done once, whatever threads and parts there are`(threads: Int, parts: Int) {
        let pool = ComputePool(threads: threads)
        // Each part is one thread's alone.
        var counts = [Int](repeating: 0, count: parts)
        counts.withUnsafeMutableBufferPointer { counts in
            guard let base = counts.baseAddress else { return }
            for _ in 0..<20 { pool.run(parts) { index, _ in base[index] += 1 } }
        }
        #expect(counts.allSatisfy { $0 == 20 })
    }

    @Test func `a thread takes parts that follow each other`() {
        let pool = ComputePool(threads: 1)
        var order: [Int] = []
        pool.run(9) { index, _ in order.append(index) }
        #expect(order == Array(0..<9))
    }

    @Test func `memory that is given back serves the next, and neighbours become one again`() {
        let memory = ComputeMemory()
        let blocks = (0..<3).map { _ in memory.take(1_000_000) }
        let whole = memory.free
        #expect(whole.pieces == 1 && blocks.allSatisfy { $0.byteCount >= 1_000_000 })
        #expect(blocks.allSatisfy { Int(bitPattern: $0.base) % 64 == 0 })
        memory.give(blocks[1])
        #expect(memory.free.pieces == 2 && memory.free.byteCount == whole.byteCount + blocks[1].byteCount)
        let half = memory.take(500_000)
        #expect(half.base == blocks[1].base)
        // The hole is too small now.
        let other = memory.take(600_000)
        #expect(other.base > blocks[2].base)
        for block in [blocks[0], half, other, blocks[2]] { memory.give(block) }
        #expect(memory.free.pieces == 1)
        memory.release()
        #expect(memory.take(3_000_000).base == blocks[0].base)
    }

    @Test func `the smallest piece that is large enough is taken`() {
        let memory = ComputeMemory()
        let blocks = [3_000_000, 100_000, 1_000_000, 100_000].map { memory.take($0) }
        memory.give(blocks[0])
        memory.give(blocks[2])
        #expect(memory.take(900_000).base == blocks[2].base)
        #expect(memory.take(2_000_000).base == blocks[0].base)
    }

    @Test func `blocks never overlap, whatever is taken and given in between`() {
        let memory = ComputeMemory()
        var chance = SeededGenerator(seed: 7)
        var held: [ComputeMemory.Block] = []
        for _ in 0..<600 {
            if held.count > 20 || !held.isEmpty && Bool.random(using: &chance) {
                memory.give(held.remove(at: Int.random(in: held.indices, using: &chance)))
            } else {
                let most = chance.next() % 50 == 0 ? 70 << 20 : 3 << 20
                held.append(memory.take(Int.random(in: 1...most, using: &chance)))
            }
            let sorted = held.sorted { $0.base < $1.base }
            #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.base + $0.byteCount <= $1.base })
        }
        for block in held { memory.give(block) }
    }

    @Test func `a new tensor is zero on memory that was used before`() {
        for _ in 0..<3 {
            var tensor = Tensor(rows: 300, columns: 300)
            #expect(tensor.numbers.allSatisfy { $0 == 0 })
            tensor.withMutableNumbers { $0.update(repeating: .nan) }
        }
    }

    @Test func `what bounds an operation is what takes the machine longest`() throws {
        let limits = MachineLimits(memoryRate: 10, floatRate: 100, integerRate: 1000)
        var total = OperationClock.Total(duration: .seconds(2), work: .init(bytes: 10, integers: 100, floats: 20))
        let memory = try #require(limits.bound(of: total))
        #expect(memory == MachineLimits.Bound(achieved: 5, limit: 10, unit: "bytes/s"))
        total.work.floats = 190
        #expect(limits.bound(of: total) == .init(achieved: 95, limit: 100, unit: "float operations/s"))
        total.work.integers = 4000
        #expect(limits.bound(of: total) == .init(achieved: 2000, limit: 1000, unit: "integer operations/s"))
        #expect(limits.bound(of: .init(duration: .seconds(1))) == nil)
    }

    @Test func `the clock counts what kernels do while it runs`() {
        let clock = OperationClock()
        let pool = ComputePool(threads: 2, clock: clock)
        var x = Tensor([1, 2, 3, 4], columns: 2)
        Activation.silu.apply(&x, on: pool)
        #expect(clock.totals.isEmpty)
        clock.isRunning = true
        Activation.silu.apply(&x, on: pool)
        RMSNorm.applyToHeads(&x, gain: [1, 1], epsilon: 1e-6, on: pool)
        RMSNorm.applyToHeads(&x, gain: [1, 1], epsilon: 1e-6, on: pool)
        #expect(clock.totals.mapValues(\.calls) == ["activation": 1, "norm": 2])
        clock.reset()
        #expect(clock.totals.isEmpty)
    }
}
