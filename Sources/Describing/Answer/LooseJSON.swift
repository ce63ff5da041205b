/// A JSON value as models write it.
indirect enum LooseJSON: Equatable {
    case object([(key: String, value: LooseJSON)])
    case array([LooseJSON])
    /// `isWhole` is false where the text ended inside.
    case string(String, isWhole: Bool)
    /// Numbers, `true`, `false`, `null`, and bare words.
    case word(String)

    static func == (left: LooseJSON, right: LooseJSON) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { $0.key == $1.key && $0.value == $1.value }
        case (.array(let left), .array(let right)): left == right
        case (.string(let left, let isWhole), .string(let right, let isRightWhole)):
            left == right && isWhole == isRightWhole
        case (.word(let left), .word(let right)): left == right
        default: false
        }
    }

    /// The value of a key, its case aside.
    subscript(key: String) -> LooseJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.lowercased() == key }?.value
    }

    /// The first object in a text; `nil`: it has none.
    ///
    /// Forgives what models get wrong: an end that is missing, line ends inside strings, commas too many or too few,
    /// unknown escapes. Never fails once an object has begun, and reads each byte once.
    static func firstObject(in text: Substring) -> LooseJSON? {
        guard let start = text.firstIndex(of: "{") else { return nil }
        var reader = LooseJSONReader(Array(text[start...].unicodeScalars))
        return reader.readValue(depth: 0)
    }
}

/// Reads one value after another from scalars.
private struct LooseJSONReader {
    /// Deeper nesting is not descended into; the answer's form has two levels.
    private static let depthLimit = 8

    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func skipBlanks() {
        while let scalar = current, scalar == "," || scalar == ":" || scalar.properties.isWhitespace { position += 1 }
    }

    mutating func readValue(depth: Int) -> LooseJSON? {
        skipBlanks()
        switch current {
        case nil: return nil
        case "{": return readObject(depth: depth)
        case "[": return readArray(depth: depth)
        case "\"": return readString()
        default: return readWord()
        }
    }

    private mutating func readObject(depth: Int) -> LooseJSON {
        position += 1
        var members: [(key: String, value: LooseJSON)] = []
        while true {
            skipBlanks()
            guard let scalar = current, scalar != "}" else { break }
            guard depth < Self.depthLimit, let key = readValue(depth: depth + 1) else { break }
            skipBlanks()
            // A key without a value, as in `{"a"}`: the brace is the object's.
            guard current != "}", let value = readValue(depth: depth + 1) else { break }
            switch key {
            case .string(let key, isWhole: true), .word(let key): members.append((key, value))
            default: break
            }
        }
        position += 1
        return .object(members)
    }

    private mutating func readArray(depth: Int) -> LooseJSON {
        position += 1
        var values: [LooseJSON] = []
        while true {
            skipBlanks()
            guard let scalar = current, scalar != "]", scalar != "}" else { break }
            guard depth < Self.depthLimit, let value = readValue(depth: depth + 1) else { break }
            values.append(value)
        }
        // A brace ends the object around: the bracket was forgotten.
        if current == "]" { position += 1 }
        return .array(values)
    }

    private mutating func readWord() -> LooseJSON {
        let start = position
        while let scalar = current, !",:{}[]\"".unicodeScalars.contains(scalar), !scalar.properties.isWhitespace {
            position += 1
        }
        // A bracket out of place would otherwise be met again for ever.
        if position == start { position += 1 }
        return .word(Self.text(scalars[start..<position]))
    }

    private mutating func readString() -> LooseJSON {
        position += 1
        var read: [Unicode.Scalar] = []
        while let scalar = current {
            position += 1
            switch scalar {
            case "\"": return .string(Self.text(read[...]), isWhole: true)
            case "\\": readEscape(into: &read)
            default: read.append(scalar)
            }
        }
        return .string(Self.text(read[...]), isWhole: false)
    }

    private mutating func readEscape(into read: inout [Unicode.Scalar]) {
        guard let scalar = current else { return }
        position += 1
        switch scalar {
        case "n": read.append("\n")
        case "t": read.append("\t")
        case "r": read.append("\r")
        case "b", "f": break
        case "u": readCodeUnits(into: &read)
        case "\"", "\\", "/": read.append(scalar)
        default: read += ["\\", scalar]
        }
    }

    /// After `\u`: one UTF-16 code unit, or two that make a pair.
    private mutating func readCodeUnits(into read: inout [Unicode.Scalar]) {
        guard let high = readHexadecimal() else { return }
        if let scalar = Unicode.Scalar(high) { return read.append(scalar) }
        guard (0xD800..<0xDC00).contains(high), position + 1 < scalars.count, scalars[position] == "\\",
            scalars[position + 1] == "u"
        else { return read.append("\u{FFFD}") }
        position += 2
        guard let low = readHexadecimal() else { return }
        let pair = 0x10000 + ((high - 0xD800) << 10) + (low &- 0xDC00)
        read.append((0xDC00..<0xE000).contains(low) ? Unicode.Scalar(pair) ?? "\u{FFFD}" : "\u{FFFD}")
    }

    private mutating func readHexadecimal() -> UInt32? {
        guard position + 4 <= scalars.count,
            let value = UInt32(Self.text(scalars[position..<(position + 4)]), radix: 16)
        else { return nil }
        position += 4
        return value
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
