/// Where the numbers between a network's steps lie: one piece of memory, whose places are used again as soon as nobody looks
/// at them.
struct MemoryPlan {
    private struct Slot {
        var count: Int
        var first: Int
        var last: Int
        /// Slots whose place it may take over, the best first.
        var heirOf: [Int]
        /// The slot whose place it has taken over.
        var root: Int
        var offset = 0
    }

    private var slots: [Slot] = []
    /// Numbers in all.
    private(set) var count = 0

    /// A place for so many numbers, written first by this step.
    ///
    /// - `others`: what the step reads number by number before it writes there: where nobody looks at one of them later, the
    ///   result lies over it.
    mutating func add(_ count: Int, at step: Int, over others: [Int] = []) -> Int {
        // Whole cache lines, so that no two places share one.
        slots.append(
            Slot(count: (max(count, 1) + 15) / 16 * 16, first: step, last: step, heirOf: others, root: slots.count))
        return slots.count - 1
    }

    /// A step looks at a place.
    mutating func use(_ slot: Int, at step: Int) { slots[slot].last = max(slots[slot].last, step) }

    /// Gives each place the lowest offset at which it meets no other of its time; the largest are placed first.
    mutating func assign() {
        inherit()
        var placed: [Int] = []
        let roots = slots.indices.filter { slots[$0].root == $0 }
        for index in roots.sorted(by: { (slots[$0].count, $1) > (slots[$1].count, $0) }) {
            let slot = slots[index]
            var offset = 0
            for other in placed.map({ slots[$0] }).sorted(by: { $0.offset < $1.offset })
            where other.first <= slot.last && slot.first <= other.last {
                if offset + slot.count <= other.offset { break }
                offset = max(offset, other.offset + other.count)
            }
            slots[index].offset = offset
            count = max(count, offset + slot.count)
            placed.append(index)
        }
        for index in slots.indices { slots[index].offset = slots[slots[index].root].offset }
    }

    private mutating func inherit() {
        let lasts = slots.map(\.last)
        for (index, slot) in slots.enumerated() {
            guard let other = slot.heirOf.first(where: { lasts[$0] == slot.first && slots[$0].count == slot.count })
            else { continue }
            let root = slots[other].root
            slots[index].root = root
            slots[root].last = max(slots[root].last, slot.last)
        }
    }

    func offset(_ slot: Int) -> Int { slots[slot].offset }
}

/// The numbers of a run.
struct GraphMemory {
    let base: UnsafeMutablePointer<Float>
    let plan: MemoryPlan

    subscript(_ place: GraphPlace) -> UnsafeMutablePointer<Float> { base + plan.offset(place.slot) + place.offset }
}

/// A place in a run's memory.
struct GraphPlace: Hashable, Sendable {
    var slot: Int
    /// Numbers from the slot's beginning.
    var offset = 0
}
