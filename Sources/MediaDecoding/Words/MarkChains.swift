/// Chains of marks, each linked to the next on its right that could belong to the same word or line.
enum MarkChains {
    /// The chains, each from left to right. A mark is in one chain only.
    static func chains(of marks: [TextBox]) -> [[TextBox]] {
        let sorted = marks.sorted { $0.left < $1.left }
        let next = links(between: sorted)
        var hasPrevious = [Bool](repeating: false, count: sorted.count)
        for index in next { if let index { hasPrevious[index] = true } }
        return sorted.indices.filter { !hasPrevious[$0] }.map { first in
            Array(sequence(first: first) { next[$0] }.map { sorted[$0] })
        }
    }

    /// For each mark the one to its right that suits it best, unless that suits another better.
    private static func links(between sorted: [TextBox]) -> [Int?] {
        var next = [Int?](repeating: nil, count: sorted.count)
        var suitor = [(index: Int, cost: Double)?](repeating: nil, count: sorted.count)
        for index in sorted.indices {
            guard let best = neighbour(of: index, in: sorted) else { continue }
            if let rival = suitor[best.index] {
                guard best.cost < rival.cost else { continue }
                next[rival.index] = nil
            }
            next[index] = best.index
            suitor[best.index] = (index, best.cost)
        }
        return next
    }

    private static func neighbour(of index: Int, in sorted: [TextBox]) -> (index: Int, cost: Double)? {
        let mark = sorted[index]
        // No partner is more than two and a half times as tall, so none begins further away than this.
        let reach = mark.right + widestGap * 2.5 * mark.height
        var best: (index: Int, cost: Double)?
        for other in (index + 1)..<max(index + 1, sorted.count) {
            let candidate = sorted[other]
            guard candidate.left <= reach else { break }
            guard let cost = cost(of: candidate, after: mark) else { continue }
            if best.map({ cost < $0.cost }) ?? true { best = (other, cost) }
        }
        return best
    }

    /// How badly two marks go together, in pixels; `nil`: not at all.
    private static func cost(of candidate: TextBox, after mark: TextBox) -> Double? {
        let height = max(mark.height, candidate.height)
        let likeness = min(mark.height, candidate.height) / height
        let gap = candidate.left - mark.right
        let fall = abs(candidate.centre.y - mark.centre.y)
        // Falling by 0.6 of the height from letter to letter: lines tilted by up to some 30 degrees.
        guard likeness > 0.4, gap > -0.4 * height, gap < widestGap * height, fall < 0.6 * height,
            candidate.centre.x > mark.centre.x
        else { return nil }
        return max(0, gap) + 1.5 * fall + height * (1 - likeness)
    }

    /// The space between words, in heights of the taller mark.
    private static let widestGap = 1.6
}
