/// Walks through JSON byte by byte and keeps nothing: for files whose tables are too large to be built twice, and below
/// whatever builds a tree.
public struct JSONScanner {
    /// Where the text stops being JSON.
    public struct Fault: Error {
        /// The byte, from 0.
        public var offset: Int
        /// What is wrong there.
        public var reason: String
    }

    private let bytes: [UInt8]
    private(set) var position = 0

    /// At the beginning of a text.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// That something is wrong here.
    public func fault(_ reason: String) -> Fault { Fault(offset: position, reason: reason) }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// The first byte of the next value.
    public mutating func peek() throws(Fault) -> UInt8 {
        skipBlanks()
        guard position < bytes.count else { throw fault("it ends too early") }
        return bytes[position]
    }

    /// Makes sure that nothing but blanks is left.
    public mutating func readEnd() throws(Fault) {
        skipBlanks()
        guard position == bytes.count else { throw fault("something follows the value") }
    }

    private mutating func take(_ byte: UInt8, _ reason: String) throws(Fault) {
        guard try peek() == byte else { throw fault(reason) }
        position += 1
    }

    /// Calls `member` for each key, at its value, which it must read.
    public mutating func readObject(
        _ member: (_ key: [UInt8], _ scanner: inout JSONScanner) throws(Fault) -> Void
    ) throws(Fault) {
        try take(UInt8(ascii: "{"), "an object is missing")
        if try peek() == UInt8(ascii: "}") { return position += 1 }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw fault("a key is missing") }
            let key = try readString()
            try take(UInt8(ascii: ":"), "a colon is missing")
            try member(key, &self)
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                return try take(UInt8(ascii: "}"), "an object has no end")
            }
        }
    }

    /// Where the values of an object stand, for who passes them on as they are.
    public mutating func readValuePlaces() throws(Fault) -> [(key: [UInt8], place: Range<Int>)] {
        var values: [(key: [UInt8], place: Range<Int>)] = []
        try readObject { key, scanner throws(Fault) in
            _ = try scanner.peek()
            let start = scanner.position
            try scanner.skipValue()
            values.append((key, start..<scanner.position))
        }
        return values
    }

    /// Calls `element` at each element, which it must read.
    public mutating func readArray(_ element: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
        try take(UInt8(ascii: "["), "an array is missing")
        if try peek() == UInt8(ascii: "]") { return position += 1 }
        while true {
            try element(&self)
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                return try take(UInt8(ascii: "]"), "an array has no end")
            }
        }
    }

    /// Passes over a word such as `true`.
    public mutating func readWord(_ word: String) throws(Fault) {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("there is no value here") }
        position += word.utf8.count
    }

    /// A number as it is written.
    public mutating func readNumber() throws(Fault) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") { position += 1 } else { try readDigits() }
        if current == UInt8(ascii: ".") {
            position += 1
            try readDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try readDigits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func readDigits() throws(Fault) {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw fault("there is no value here") }
    }

    /// A whole number that is not negative and has nine digits at most: a token's number.
    public mutating func readCount() throws(Fault) -> Int {
        let start = position
        guard (0x30...0x39).contains(try peek()) else { throw fault("there is no number here") }
        var value = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
            guard value < 1_000_000_000 else { throw Fault(offset: start, reason: "the number is too large") }
        }
        return value
    }

    /// Whether the next value is `true`; it is read, whatever it is.
    public mutating func readFlag() throws(Fault) -> Bool {
        let isTrue = try peek() == UInt8(ascii: "t")
        try skipValue(depth: 0)
        return isTrue
    }

    /// A string in UTF-8, its escapes resolved.
    ///
    /// Half of a surrogate pair alone is no character, and becomes U+FFFD.
    public mutating func readString() throws(Fault) -> [UInt8] {
        try take(UInt8(ascii: "\""), "a string is missing")
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try readEscape(to: &text)
            case ..<0x20: throw Fault(offset: position - 1, reason: "a control character stands in a string")
            default: text.append(byte)
            }
        }
        throw fault("a string has no end")
    }

    private static let escapes: [UInt8: UInt8] = [
        0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
    ]

    private mutating func readEscape(to text: inout [UInt8]) throws(Fault) {
        guard let kind = current else { throw fault("a string has no end") }
        position += 1
        if let byte = Self.escapes[kind] { return text.append(byte) }
        guard kind == UInt8(ascii: "u") else { throw fault("an escape is unknown") }
        var value = try readFourDigits()
        if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: [0x5C, 0x75]) {
            let resume = position
            position += 2
            let low = try readFourDigits()
            if (0xDC00..<0xE000).contains(low) {
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            } else {
                position = resume
            }
        }
        text.append(contentsOf: Unicode.Scalar(value).flatMap(UTF8.encode) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func readFourDigits() throws(Fault) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fault("a string has no end") }
        var value: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault("an escape is unknown") }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    /// Passes over any value.
    public mutating func skipValue(depth: Int = 0) throws(Fault) {
        // Deeper than any tokenizer's settings: a bound for the stack.
        guard depth < 64 else { throw fault("it is nested too deeply") }
        switch try peek() {
        case UInt8(ascii: "{"): try readObject { _, scanner throws(Fault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): try readArray { scanner throws(Fault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try readString()
        default:
            let start = position
            while position < bytes.count, !Array(",]} \t\r\n".utf8).contains(bytes[position]) { position += 1 }
            guard position > start else { throw fault("there is no value here") }
        }
    }
}
