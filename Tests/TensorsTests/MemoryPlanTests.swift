import TestSupport
import Testing

@testable import Tensors

/// Where the numbers between a network's steps lie.
struct MemoryPlanTests {
    @Test func `a result lies over what nobody looks at again`() {
        var plan = MemoryPlan()
        let first = plan.add(100, at: 0)
        plan.use(first, at: 1)
        let second = plan.add(100, at: 1, over: [first])
        plan.use(second, at: 3)
        let third = plan.add(100, at: 2, over: [second])
        let fourth = plan.add(90, at: 3, over: [second])
        plan.use(third, at: 3)
        plan.assign()
        #expect(plan.offset(first) == plan.offset(second))
        // The second is looked at later, and the fourth is smaller.
        #expect(plan.offset(second) != plan.offset(third))
        #expect(plan.offset(second) != plan.offset(fourth) && plan.offset(third) != plan.offset(fourth))
        #expect(plan.count == 112 + 112 + 96)
    }

    @Test func `places in memory are shared, and never by two of one time`() {
        var rng = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            var plan = MemoryPlan()
            var lives: [(slot: Int, count: Int, first: Int, last: Int)] = []
            for step in 0..<30 {
                let (count, last) = (Int.random(in: 1...200, using: &rng), step + Int.random(in: 0...6, using: &rng))
                let slot = plan.add(count, at: step)
                plan.use(slot, at: last)
                lives.append((slot, count, step, last))
            }
            plan.assign()
            for (index, a) in lives.enumerated() {
                #expect(plan.offset(a.slot) + a.count <= plan.count)
                for b in lives[..<index] where a.first <= b.last && b.first <= a.last {
                    let (low, high) = (plan.offset(a.slot), plan.offset(b.slot))
                    #expect(low + a.count <= high || high + b.count <= low)
                }
            }
            #expect(plan.count < lives.reduce(0) { $0 + $1.count + 16 })
        }
    }
}
