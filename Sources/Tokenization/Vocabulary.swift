/// The number of a token.
public typealias TokenID = Int32

/// What each token stands for, in bytes, and which tokens are more than text.
struct Vocabulary: Sendable {
    /// What a token that is no plain text is for.
    struct Added: Sendable, Equatable {
        var id: TokenID
        var content: [UInt8]
        /// Hidden when special tokens are skipped.
        var isSpecial: Bool
    }

    /// All tokens' bytes, one after the other.
    private var bytes: [UInt8] = []
    /// Where each token's bytes begin; one more than there are tokens.
    private var starts: [Int32] = [0]
    /// The added tokens in the order of their numbers.
    private(set) var added: [Added] = []
    private var addedIndices: [TokenID: Int] = [:]
    private var index = ByteStringTable()

    var count: Int { starts.count - 1 }

    /// Appends the next base token; `text` is in the byte alphabet, or stands for itself where it is not.
    mutating func appendBase(_ text: some Collection<UInt8>) {
        let start = bytes.count
        let isEncodable = ByteAlphabet.append(text, to: &bytes)
        if !isEncodable {
            bytes.removeSubrange(start...)
            bytes.append(contentsOf: text)
        }
        starts.append(Int32(bytes.count))
        // What no byte produces is never looked up.
        if isEncodable { index.insert(TokenID(count - 1), hash: Self.hash(bytes[start...])) }
    }

    mutating func appendAdded(_ content: [UInt8], isSpecial: Bool) {
        addedIndices[TokenID(count)] = added.count
        added.append(Added(id: TokenID(count), content: content, isSpecial: isSpecial))
        bytes.append(contentsOf: content)
        starts.append(Int32(bytes.count))
    }

    func bytes(of id: TokenID) -> ArraySlice<UInt8> {
        guard id >= 0, id < count else { return [] }
        return bytes[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])]
    }

    func added(_ id: TokenID) -> Added? { addedIndices[id].map { added[$0] } }

    /// The base token of these bytes.
    func base(_ wanted: some Collection<UInt8>) -> TokenID? {
        index.first(hash: Self.hash(wanted)) { bytes(of: $0).elementsEqual(wanted) }
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

/// Token numbers by a hash of their bytes. Open addressing; whoever asks compares the bytes.
private struct ByteStringTable: Sendable {
    private var slots: [TokenID] = Array(repeating: -1, count: 1 << 10)
    private var hashes: [UInt64] = Array(repeating: 0, count: 1 << 10)
    private var count = 0

    mutating func insert(_ id: TokenID, hash: UInt64) {
        if count * 2 >= slots.count { grow() }
        place(id, hash)
        count += 1
    }

    private mutating func place(_ id: TokenID, _ hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = id
        hashes[slot] = hash
    }

    private mutating func grow() {
        let old = zip(slots, hashes).filter { $0.0 >= 0 }
        slots = Array(repeating: -1, count: slots.count * 4)
        hashes = Array(repeating: 0, count: slots.count)
        for (id, hash) in old { place(id, hash) }
    }

    func first(hash: UInt64, where matches: (TokenID) -> Bool) -> TokenID? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            if hashes[slot] == hash, matches(slots[slot]) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
