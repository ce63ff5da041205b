/// What is still to be written: the innermost part first.
///
/// An answer may be within several alternatives at once; a set of stacks stands for them.
struct GrammarStack: Hashable, Sendable {
    /// One part of what is to be written.
    enum Item: Hashable, Sendable {
        /// A node of the schema, from its start.
        case node(Int)
        /// The rest of fixed bytes.
        case bytes([UInt8], from: Int)
        /// Inside a string.
        case string(StringState)
        /// Inside a number.
        case number(NumberState)
        /// An object after so many of its declared properties.
        case properties(Int, next: Int, isFirst: Bool)
        /// A map after its brace or after a member.
        case map(Int, isFirst: Bool)
        /// An array after so many elements.
        case array(Int, count: Int)
    }

    /// The innermost part last.
    var items: [Item]

    /// Whether nothing more may follow.
    var isComplete: Bool { items.isEmpty }

    func replacingTop(_ items: [Item]) -> GrammarStack {
        GrammarStack(items: self.items.dropLast() + items.reversed())
    }
}

/// Where in a string an answer is.
struct StringState: Hashable, Sendable {
    /// Characters that must still come at the least.
    var least: Int
    /// Characters that may still come; `nil`: any number.
    var most: Int?
    /// Bytes that the character begun still needs, and what the next may be.
    var continuation = Continuation(count: 0, lower: 0x80, upper: 0xBF)
    /// Inside an escape.
    var escape = Escape.none

    struct Continuation: Hashable, Sendable {
        var count: Int
        var lower: UInt8
        var upper: UInt8
    }

    enum Escape: Hashable, Sendable {
        case none
        case begun
        /// A `\u` that needs so many digits more.
        case digits(Int)
    }

    /// Beyond the longest token a bound is of no account for the next one: states that differ only there are alike.
    func capped(at longest: Int) -> StringState {
        var state = self
        state.least = min(least, longest)
        if let most, most > longest { state.most = longest + 1 }
        return state
    }

    /// The state after a byte; `nil`: the byte cannot come. `.some(nil)`: the string is closed.
    func advanced(_ byte: UInt8) -> StringState?? {
        var state = self
        if case .digits(let count) = escape {
            guard Character(Unicode.Scalar(byte)).isHexDigit, byte < 0x80 else { return nil }
            // Surrogates would have to come in pairs: none come.
            if count == 4, byte | 0x20 == UInt8(ascii: "d") { return nil }
            state.escape = count == 1 ? .none : .digits(count - 1)
            return .some(state)
        }
        if escape == .begun {
            if byte == UInt8(ascii: "u") {
                state.escape = .digits(4)
            } else {
                guard Array("\"\\/bfnrt".utf8).contains(byte) else { return nil }
                state.escape = .none
            }
            return .some(state)
        }
        if continuation.count > 0 {
            guard (continuation.lower...continuation.upper).contains(byte) else { return nil }
            state.continuation = Continuation(count: continuation.count - 1, lower: 0x80, upper: 0xBF)
            return .some(state)
        }
        if byte == UInt8(ascii: "\"") { return least == 0 ? .some(nil) : nil }
        return state.beginCharacter(byte)
    }

    private func beginCharacter(_ byte: UInt8) -> StringState?? {
        guard most != 0, byte >= 0x20 else { return nil }
        var state = self
        state.least = max(least - 1, 0)
        state.most = most.map { $0 - 1 }
        switch byte {
        case UInt8(ascii: "\\"): state.escape = .begun
        case ..<0x80: break
        case 0xC2...0xDF: state.continuation = Continuation(count: 1, lower: 0x80, upper: 0xBF)
        case 0xE0: state.continuation = Continuation(count: 2, lower: 0xA0, upper: 0xBF)
        case 0xED: state.continuation = Continuation(count: 2, lower: 0x80, upper: 0x9F)
        case 0xE1...0xEF: state.continuation = Continuation(count: 2, lower: 0x80, upper: 0xBF)
        case 0xF0: state.continuation = Continuation(count: 3, lower: 0x90, upper: 0xBF)
        case 0xF1...0xF3: state.continuation = Continuation(count: 3, lower: 0x80, upper: 0xBF)
        case 0xF4: state.continuation = Continuation(count: 3, lower: 0x80, upper: 0x8F)
        default: return nil
        }
        return .some(state)
    }

    /// The shortest way to the closing quote.
    var closing: [UInt8] {
        var bytes: [UInt8] = []
        switch escape {
        case .none: break
        case .begun: bytes.append(UInt8(ascii: "n"))
        case .digits(let count): bytes += Array(repeating: UInt8(ascii: "0"), count: count)
        }
        if continuation.count > 0 {
            bytes.append(continuation.lower)
            bytes += Array(repeating: 0x80, count: continuation.count - 1)
        }
        return bytes + Array(repeating: 0x20, count: least) + [0x22]
    }
}

/// Where in a number an answer is.
struct NumberState: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        case start, afterSign, zero, whole, point, fraction, exponent, exponentSign, power
    }

    var phase = Phase.start
    var isInteger: Bool
    /// Digits in this phase: a number has an end.
    var digits = 0

    /// More digits than a double holds are noise.
    private static let digitLimit = 15
    private static let powerLimit = 2

    /// Whether the number may end here.
    var isWhole: Bool { [.zero, .whole, .fraction, .power].contains(phase) }

    func advanced(_ byte: UInt8) -> NumberState? {
        let isDigit = (0x30...0x39).contains(byte)
        switch phase {
        case .start:
            return byte == UInt8(ascii: "-") ? to(.afterSign) : isDigit ? to(byte == 0x30 ? .zero : .whole) : nil
        case .afterSign: return isDigit ? to(byte == 0x30 ? .zero : .whole) : nil
        case .zero, .whole:
            if isDigit { return phase == .whole && digits < Self.digitLimit ? to(.whole) : nil }
            if isInteger { return nil }
            return byte == UInt8(ascii: ".") ? to(.point) : byte | 0x20 == UInt8(ascii: "e") ? to(.exponent) : nil
        case .point: return isDigit ? to(.fraction) : nil
        case .fraction:
            if isDigit { return digits < Self.digitLimit ? to(.fraction) : nil }
            return byte | 0x20 == UInt8(ascii: "e") ? to(.exponent) : nil
        case .exponent:
            return byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                ? to(.exponentSign) : isDigit ? to(.power) : nil
        case .exponentSign: return isDigit ? to(.power) : nil
        case .power: return isDigit && digits < Self.powerLimit ? to(.power) : nil
        }
    }

    private func to(_ phase: Phase) -> NumberState {
        NumberState(phase: phase, isInteger: isInteger, digits: phase == self.phase ? digits + 1 : 1)
    }

    /// The shortest way to an end.
    var closing: [UInt8] { isWhole ? [] : [0x30] }
}
