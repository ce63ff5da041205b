/// Where a text stops being JSON.
public struct JSONError: Error, Equatable, Sendable {
    /// The byte at which it errs, from 0.
    public let offset: Int
    /// What is wrong there.
    public let reason: String
}

extension JSON {
    /// Reads one value; nothing but blanks may follow it.
    ///
    /// - `depthLimit`: deeper nesting is refused, since each level takes room on the stack.
    public init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(JSONError) {
        var reader = JSONReader(bytes, depthLimit: depthLimit)
        self = try reader.readDocument()
    }
}

/// Reads JSON as RFC 8259 has it.
private struct JSONReader {
    private let bytes: [UInt8]
    private let depthLimit: Int
    private var position = 0

    init(_ bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    private func fault(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8, _ reason: String) throws(JSONError) {
        guard current == byte else { throw fault(reason) }
        position += 1
    }

    mutating func readDocument() throws(JSONError) -> JSON {
        let value = try readValue(depth: 0)
        skipBlanks()
        guard current == nil else { throw fault("something follows the value") }
        return value
    }

    private mutating func readValue(depth: Int) throws(JSONError) -> JSON {
        guard depth <= depthLimit else { throw fault("it is nested too deeply") }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .boolean(true))
        case UInt8(ascii: "f"): return try readWord("false", .boolean(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw fault("it ends too early")
        default: return .number(try readNumber())
        }
    }

    private mutating func readWord(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("there is no value here") }
        position += word.utf8.count
        return value
    }

    private mutating func readObject(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        skipBlanks()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw fault("a key is missing") }
            let key = try readString()
            skipBlanks()
            try take(UInt8(ascii: ":"), "a colon is missing")
            members.append(JSON.Member(key: key, value: try readValue(depth: depth + 1)))
            skipBlanks()
            guard current == UInt8(ascii: ",") else { break }
            position += 1
        }
        try take(UInt8(ascii: "}"), "an object has no end")
        return .object(members)
    }

    private mutating func readArray(depth: Int) throws(JSONError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipBlanks()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try readValue(depth: depth + 1))
            skipBlanks()
            guard current == UInt8(ascii: ",") else { break }
            position += 1
        }
        try take(UInt8(ascii: "]"), "an array has no end")
        return .array(elements)
    }

    private mutating func readNumber() throws(JSONError) -> String {
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

    private mutating func readDigits() throws(JSONError) {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw fault("there is no value here") }
    }

    private mutating func readString() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(to: &text)
            case ..<0x20: throw fault("a control character stands in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw fault("a string has no end")
    }

    private mutating func readEscape(to text: inout [UInt8]) throws(JSONError) {
        position += 1
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]
        guard let kind = current else { throw fault("a string has no end") }
        position += 1
        if let byte = plain[kind] { return text.append(byte) }
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
        // Half of a pair alone is no character.
        text.append(contentsOf: Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8))
    }

    private mutating func readFourDigits() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fault("a string has no end") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw fault("an escape is unknown")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
