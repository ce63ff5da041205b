extension [ReadLine] {
    /// Takes over what another reading of the same picture adds: lines in places where this has none, and better lines.
    ///
    /// - Parameter advantage: how many times the weight of what is there a line needs to take its place. A little more
    ///   is chance, and not worth tearing the order apart for.
    mutating func merge(_ others: [ReadLine], advantage: Double = 1.1) {
        for other in others {
            let rivals = indices.filter { self[$0].box.isSamePlace(as: other.box) }
            guard let first = rivals.first else {
                insert(other, at: place(for: other))
                continue
            }
            let rivalWeight = rivals.reduce(0) { $0 + self[$1].weight }
            guard other.weight > advantage * rivalWeight else { continue }
            self[first] = other
            for rival in rivals.dropFirst().reversed() { remove(at: rival) }
        }
    }

    /// Where a line belongs that was found later: after the last one that stands above it, or to its left in the same
    /// row.
    private func place(for line: ReadLine) -> Int {
        let before = lastIndex { earlier in
            let isSameRow =
                abs(earlier.box.centre.y - line.box.centre.y) < 0.5 * Swift.min(earlier.box.height, line.box.height)
            return isSameRow ? earlier.box.left <= line.box.left : earlier.box.centre.y < line.box.centre.y
        }
        return before.map { $0 + 1 } ?? 0
    }
}

extension TextBox {
    /// Whether two readings are of the same marks.
    fileprivate func isSamePlace(as other: TextBox) -> Bool {
        overlap(with: other) > 0.4 * min(area, other.area)
    }
}
