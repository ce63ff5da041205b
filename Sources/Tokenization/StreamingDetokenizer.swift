/// Tokens to text as they come: never half a character, and in the end the same text as all at once.
public struct StreamingDetokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecial: Bool
    /// The bytes of a character that is not whole yet.
    private var pending: [UInt8] = []

    /// Nothing yet.
    public init(_ tokenizer: Tokenizer, skipsSpecial: Bool) {
        self.tokenizer = tokenizer
        self.skipsSpecial = skipsSpecial
    }

    /// The text that is certain with this token; empty while a character is not whole.
    public mutating func append(_ id: TokenID) -> String {
        guard !(skipsSpecial && tokenizer.isSpecial(id)) else { return "" }
        pending.append(contentsOf: tokenizer.bytes(of: id))
        let whole = pending.count - Self.openTail(pending)
        defer { pending.removeFirst(whole) }
        return String(decoding: pending[..<whole], as: UTF8.self)
    }

    /// What is left, a half character replaced.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many of the last bytes may yet become one character.
    private static func openTail(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let tail = bytes.suffix(length)
            guard let lead = tail.first, lead & 0xC0 != 0x80 else { continue }
            return isOpen(Array(tail)) ? length : 0
        }
        return 0
    }

    /// Whether bytes are the beginning of a well-formed character, and not all of it. Source: Unicode 15, table 3-7.
    private static func isOpen(_ bytes: [UInt8]) -> Bool {
        let length: Int
        switch bytes[0] {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return false
        }
        guard bytes.count < length else { return false }
        guard bytes.count > 1 else { return true }
        let second = bytes[1]
        let allowed: ClosedRange<UInt8> =
            switch bytes[0] {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        return allowed.contains(second)
    }
}
