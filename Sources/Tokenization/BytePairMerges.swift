/// Which two neighbouring tokens become one, and in which order. Source: Sennrich, Haddow & Birch 2016, §3.2.
struct BytePairMerges: Sendable {
    /// Pairs as keys, in open addressing; `empty` marks a free slot.
    private var pairs: [UInt64]
    /// For each pair its rank, then the token that it makes.
    private var results: [(rank: Int32, token: TokenID)]
    private var count = 0

    private static let empty = UInt64.max
    /// Longer pieces are merged with a heap; below, looking through all pairs is faster.
    private static let longPiece = 64

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        pairs = Array(repeating: Self.empty, count: size)
        results = Array(repeating: (0, 0), count: size)
    }

    private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private func slot(_ key: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & (pairs.count - 1)
        while pairs[slot] != key, pairs[slot] != Self.empty { slot = (slot + 1) & (pairs.count - 1) }
        return slot
    }

    /// Adds the merge of the next rank. The first of two equal pairs counts.
    mutating func append(_ left: TokenID, _ right: TokenID, makes token: TokenID) {
        precondition(count * 2 < pairs.count, "more merges than announced")
        let key = Self.key(left, right)
        let slot = slot(key)
        if pairs[slot] == Self.empty {
            pairs[slot] = key
            results[slot] = (Int32(count), token)
        }
        count += 1
    }

    private func merge(_ left: TokenID, _ right: TokenID) -> (rank: Int32, token: TokenID)? {
        let slot = slot(Self.key(left, right))
        return pairs[slot] == Self.empty ? nil : results[slot]
    }

    /// Merges a piece's tokens until none of its pairs has a merge: the lowest rank first, then the leftmost.
    func apply(to tokens: inout [TokenID]) {
        if tokens.count > Self.longPiece { mergeLong(&tokens) } else { mergeShort(&tokens) }
    }

    private func mergeShort(_ tokens: inout [TokenID]) {
        while tokens.count > 1 {
            var best: (rank: Int32, token: TokenID)?
            var place = 0
            for index in 0..<(tokens.count - 1) {
                guard let merge = merge(tokens[index], tokens[index + 1]) else { continue }
                if best.map({ merge.rank < $0.rank }) ?? true {
                    best = merge
                    place = index
                }
            }
            guard let best else { return }
            tokens[place] = best.token
            tokens.remove(at: place + 1)
        }
    }

    /// The same with the candidates in a heap and the tokens in a list, so that a piece of n bytes takes n log n.
    private func mergeLong(_ tokens: inout [TokenID]) {
        var list = MergeList(tokens)
        var heap = MergeHeap()
        func offer(_ left: Int) {
            guard let right = list.next(left), let merge = merge(list.tokens[left], list.tokens[right]) else { return }
            heap.push(MergeHeap.Candidate(rank: merge.rank, left: Int32(left), token: merge.token))
        }
        for index in 0..<(tokens.count - 1) { offer(index) }
        while let candidate = heap.pop() {
            let left = Int(candidate.left)
            // A candidate is stale where one of its tokens has been merged since.
            guard list.isAlive(left), let right = list.next(left),
                let merge = merge(list.tokens[left], list.tokens[right]), merge.rank == candidate.rank
            else { continue }
            list.merge(left, right, into: candidate.token)
            if let before = list.previous(left) { offer(before) }
            offer(left)
        }
        tokens = list.remaining
    }
}

/// Tokens in a doubly linked list over an array.
private struct MergeList {
    private(set) var tokens: [TokenID]
    private var nexts: [Int32]
    private var previouses: [Int32]

    init(_ tokens: [TokenID]) {
        self.tokens = tokens
        nexts = tokens.indices.map { Int32($0 + 1) }
        previouses = tokens.indices.map { Int32($0) - 1 }
    }

    func next(_ index: Int) -> Int? { nexts[index] < tokens.count ? Int(nexts[index]) : nil }

    func previous(_ index: Int) -> Int? { previouses[index] >= 0 ? Int(previouses[index]) : nil }

    /// A merged token's right half is taken out of the list.
    func isAlive(_ index: Int) -> Bool { tokens[index] >= 0 }

    mutating func merge(_ left: Int, _ right: Int, into token: TokenID) {
        tokens[left] = token
        tokens[right] = -1
        nexts[left] = nexts[right]
        if nexts[right] < tokens.count { previouses[Int(nexts[right])] = Int32(left) }
    }

    var remaining: [TokenID] { tokens.filter { $0 >= 0 } }
}

/// A binary heap: the lowest rank first, then the leftmost.
private struct MergeHeap {
    struct Candidate {
        var rank: Int32
        var left: Int32
        var token: TokenID

        func comesBefore(_ other: Candidate) -> Bool { (rank, left) < (other.rank, other.left) }
    }

    private var items: [Candidate] = []

    mutating func push(_ item: Candidate) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child].comesBefore(items[(child - 1) / 2]) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Candidate? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if items[child].comesBefore(items[least]) { least = child }
            }
            guard least != parent else { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}
