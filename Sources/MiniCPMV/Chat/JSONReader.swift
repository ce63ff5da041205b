import JSONScanning

/// Where a text stops being JSON.
public struct JSONError: Error, Equatable, Sendable {
    /// The byte at which it errs, from 0.
    public let offset: Int
    /// What is wrong there.
    public let reason: String
}

extension JSON {
    /// Reads one value as RFC 8259 has it; nothing but blanks may follow it.
    ///
    /// - `depthLimit`: deeper nesting is refused, since each level takes room on the stack.
    public init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(JSONError) {
        do throws(JSONScanner.Fault) {
            var scanner = JSONScanner(bytes)
            self = try Self.read(&scanner, depth: 0, depthLimit: depthLimit)
            try scanner.readEnd()
        } catch {
            throw JSONError(offset: error.offset, reason: error.reason)
        }
    }

    private static func read(
        _ scanner: inout JSONScanner, depth: Int, depthLimit: Int
    ) throws(JSONScanner.Fault) -> JSON {
        guard depth <= depthLimit else { throw scanner.fault("it is nested too deeply") }
        switch try scanner.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
                let value = try read(&scanner, depth: depth + 1, depthLimit: depthLimit)
                members.append(Member(key: String(decoding: key, as: UTF8.self), value: value))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSON] = []
            try scanner.readArray { scanner throws(JSONScanner.Fault) in
                elements.append(try read(&scanner, depth: depth + 1, depthLimit: depthLimit))
            }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(String(decoding: try scanner.readString(), as: UTF8.self))
        case UInt8(ascii: "t"):
            try scanner.readWord("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try scanner.readWord("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try scanner.readWord("null")
            return .null
        default: return .number(try scanner.readNumber())
        }
    }
}
