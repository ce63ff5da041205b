/// The pieces of a unigram vocabulary with their scores, found by their bytes.
struct UnigramPieces: Sendable {
    /// All pieces' bytes, one after the other.
    private let bytes: [UInt8]
    /// Where each piece begins, and the end of the last.
    private let starts: [UInt32]
    private let scores: [Float]
    /// Pieces by the hash of their bytes, in open addressing; `free` marks a free slot.
    private var slots: [TokenID]

    /// The most bytes that a piece has.
    let longest: Int
    /// The lowest score.
    let leastScore: Float

    private static let free: TokenID = -1

    /// - Traps unless every piece has bytes and a score.
    init(bytes: [UInt8], starts: [UInt32], scores: [Float]) {
        precondition(starts.count == scores.count + 1 && starts.first == 0 && starts.last.map(Int.init) == bytes.count)
        (self.bytes, self.starts, self.scores) = (bytes, starts, scores)
        var size = 16
        while size < scores.count * 2 { size *= 2 }
        var slots = [TokenID](repeating: Self.free, count: size)
        var (longest, leastScore) = (1, Float.infinity)
        func isSame(_ one: Int, _ other: Int) -> Bool {
            bytes[Int(starts[one])..<Int(starts[one + 1])].elementsEqual(
                bytes[Int(starts[other])..<Int(starts[other + 1])])
        }
        for piece in scores.indices {
            let (start, end) = (Int(starts[piece]), Int(starts[piece + 1]))
            precondition(start < end && end <= bytes.count, "piece \(piece) has no bytes")
            longest = max(longest, end - start)
            leastScore = min(leastScore, scores[piece])
            var hash = Self.emptyHash
            for place in start..<end { hash = Self.hash(hash, bytes[place]) }
            var slot = Self.slot(hash, of: size)
            // A piece that is there already is the one that is found, and a file of nothing else must not take for ever.
            while slots[slot] != Self.free, !isSame(piece, Int(slots[slot])) { slot = (slot + 1) & (size - 1) }
            if slots[slot] == Self.free { slots[slot] = TokenID(piece) }
        }
        (self.slots, self.longest, self.leastScore) = (slots, longest, leastScore)
    }

    func score(_ piece: TokenID) -> Float { scores[Int(piece)] }

    /// The piece of these bytes; the first, where several have the same.
    ///
    /// - `hash`: of them, by `hash(_:_:)` from `emptyHash` on.
    func piece(_ text: Span<UInt8>, _ range: Range<Int>, hash: UInt64) -> TokenID? {
        var slot = Self.slot(hash, of: slots.count)
        while slots[slot] != Self.free {
            let piece = Int(slots[slot])
            let start = Int(starts[piece])
            if Int(starts[piece + 1]) - start == range.count,
                range.allSatisfy({ text[$0] == bytes[start + $0 - range.lowerBound] })
            {
                return slots[slot]
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a, a byte at a time: that of a longer piece goes on from that of a shorter.
    static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

    static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// The upper bits are the better ones of a product.
    private static func slot(_ hash: UInt64, of size: Int) -> Int {
        Int(truncatingIfNeeded: hash ^ hash >> 32) & (size - 1)
    }
}
