import Tokenization

/// A set of tokens: a bit for each of the vocabulary.
struct TokenMask: Sendable, Equatable {
    private var words: [UInt64]

    /// No tokens of a vocabulary of this size.
    init(size: Int) { words = Array(repeating: 0, count: (size + 63) / 64) }

    func contains(_ token: TokenID) -> Bool {
        let index = Int(token)
        return index >= 0 && index / 64 < words.count && words[index / 64] >> (index % 64) & 1 == 1
    }

    mutating func insert(_ token: TokenID) { words[Int(token) / 64] |= 1 << (Int(token) % 64) }

    mutating func formUnion(_ other: TokenMask) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    /// The least of the tokens.
    var first: TokenID? {
        guard let word = words.firstIndex(where: { $0 != 0 }) else { return nil }
        return TokenID(word * 64 + words[word].trailingZeroBitCount)
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
}
