/// Keys with a time each at which they are due. A heap, so that a hundred thousand of them cost no sorting.
struct DeadlineQueue<Key: Hashable> {
    private var deadlines: [Key: Duration] = [:]
    /// Smallest time first. An entry whose key has been given another time since, or none, is skipped when it surfaces.
    private var heap: [(time: Duration, key: Key)] = []

    var count: Int { deadlines.count }
    var isEmpty: Bool { deadlines.isEmpty }

    func contains(_ key: Key) -> Bool { deadlines[key] != nil }

    /// Makes `key` due at `time` instead of any time it had.
    mutating func schedule(_ key: Key, at time: Duration) {
        let former = deadlines.updateValue(time, forKey: key)
        // A later time needs no second entry: the one in the heap surfaces early and is put back.
        if let former, former <= time { return }
        push(time, key)
    }

    mutating func cancel(_ key: Key) { deadlines[key] = nil }

    /// The time of the key that is due first.
    mutating func nextDeadline() -> Duration? {
        settleTop()
        return heap.first?.time
    }

    /// Takes the key that is due first, if it is due by `now`.
    mutating func popDue(_ now: Duration) -> Key? {
        settleTop()
        guard let top = heap.first, top.time <= now else { return nil }
        removeTop()
        deadlines[top.key] = nil
        return top.key
    }

    /// Makes the heap's first entry one that tells its key's real time.
    private mutating func settleTop() {
        while let top = heap.first {
            let time = deadlines[top.key]
            if time == top.time { return }
            removeTop()
            if let time, time > top.time { push(time, top.key) }
        }
    }

    private mutating func push(_ time: Duration, _ key: Key) {
        heap.append((time, key))
        var child = heap.count - 1
        while child > 0, heap[child].time < heap[(child - 1) / 2].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var least = 2 * parent + 1
            if least + 1 < heap.count, heap[least + 1].time < heap[least].time { least += 1 }
            guard heap[least].time < heap[parent].time else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
