/// Where the numbers between a network's steps lie: one piece of memory, whose places are used again as soon as nobody looks
/// at them.
struct MemoryPlan {
    private struct Slot {
        var count: Int
        var first: Int
        var last: Int
        var offset = 0
    }

    private var slots: [Slot] = []
    /// Numbers in all.
    private(set) var count = 0

    /// A place for so many numbers, written first by this step.
    mutating func add(_ count: Int, at step: Int) -> Int {
        // Whole cache lines, so that no two places share one.
        slots.append(Slot(count: (max(count, 1) + 15) / 16 * 16, first: step, last: step))
        return slots.count - 1
    }

    /// A step looks at a place.
    mutating func use(_ slot: Int, at step: Int) { slots[slot].last = max(slots[slot].last, step) }

    /// Gives each place the lowest offset at which it meets no other of its time; the largest are placed first.
    mutating func assign() {
        var placed: [Int] = []
        for index in slots.indices.sorted(by: { (slots[$0].count, $1) > (slots[$1].count, $0) }) {
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
