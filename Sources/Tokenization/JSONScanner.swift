/// Walks through JSON byte by byte and keeps nothing: for files whose tables are too large to be built twice.
struct JSONScanner {
    /// Where the text stops being JSON.
    struct Fault: Error {
        var offset: Int
    }

    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The first byte of the next value.
    mutating func peek() throws(Fault) -> UInt8 {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        throw Fault(offset: position)
    }

    private mutating func take(_ byte: UInt8) throws(Fault) {
        guard try peek() == byte else { throw Fault(offset: position) }
        position += 1
    }

    /// Calls `member` for each key, at its value, which it must read.
    mutating func readObject(
        _ member: (_ key: [UInt8], _ scanner: inout JSONScanner) throws(Fault) -> Void
    ) throws(Fault) {
        try take(UInt8(ascii: "{"))
        if try peek() == UInt8(ascii: "}") { return position += 1 }
        while true {
            let key = try readString()
            try take(UInt8(ascii: ":"))
            try member(key, &self)
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                return try take(UInt8(ascii: "}"))
            }
        }
    }

    /// Calls `element` at each element, which it must read.
    mutating func readArray(_ element: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
        try take(UInt8(ascii: "["))
        if try peek() == UInt8(ascii: "]") { return position += 1 }
        while true {
            try element(&self)
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                return try take(UInt8(ascii: "]"))
            }
        }
    }

    /// A whole number that is not negative and has nine digits at most: a token's number.
    mutating func readCount() throws(Fault) -> Int {
        let start = position
        guard (0x30...0x39).contains(try peek()) else { throw Fault(offset: position) }
        var value = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
            guard value < 1_000_000_000 else { throw Fault(offset: start) }
        }
        return value
    }

    /// Whether the next value is `true`; it is read, whatever it is.
    mutating func readFlag() throws(Fault) -> Bool {
        let isTrue = try peek() == UInt8(ascii: "t")
        try skipValue(depth: 0)
        return isTrue
    }

    /// A string in UTF-8, its escapes resolved.
    mutating func readString() throws(Fault) -> [UInt8] {
        try take(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try readEscape(to: &text)
            default: text.append(byte)
            }
        }
        throw Fault(offset: position)
    }

    private mutating func readEscape(to text: inout [UInt8]) throws(Fault) {
        guard position < bytes.count else { throw Fault(offset: position) }
        let kind = bytes[position]
        position += 1
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]
        if let byte = plain[kind] { return text.append(byte) }
        guard kind == UInt8(ascii: "u") else { throw Fault(offset: position) }
        var value = try readFourDigits()
        if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: [0x5C, 0x75]) {
            position += 2
            let low = try readFourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw Fault(offset: position) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw Fault(offset: position) }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func readFourDigits() throws(Fault) -> UInt32 {
        guard position + 4 <= bytes.count else { throw Fault(offset: position) }
        var value: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Fault(offset: position) }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    /// Passes over any value.
    mutating func skipValue(depth: Int = 0) throws(Fault) {
        // Deeper than any tokenizer's settings: a bound for the stack.
        guard depth < 64 else { throw Fault(offset: position) }
        switch try peek() {
        case UInt8(ascii: "{"): try readObject { _, scanner throws(Fault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): try readArray { scanner throws(Fault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try readString()
        default:
            let start = position
            while position < bytes.count, !Array(",]} \t\r\n".utf8).contains(bytes[position]) { position += 1 }
            guard position > start else { throw Fault(offset: position) }
        }
    }
}
