/// Reads the fields of a protocol buffer's message, one after the other, without copying. Source: the encoding page of
/// Protocol Buffers' documentation.
///
/// Every length is checked against what is left before anything is read.
struct ProtobufReader {
    /// What a field holds.
    enum Value {
        /// A varint, or a fixed number's bits.
        case number(UInt64)
        /// A text, bytes, a message, or packed numbers.
        case bytes(UnsafeRawBufferPointer)
    }

    /// Why bytes are no message.
    struct Fault: Error { var reason: String }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field; `nil`: that was the message.
    mutating func next() throws(Fault) -> (field: Int, value: Value)? {
        guard place < bytes.count else { return nil }
        let key = try varint()
        let field = Int(truncatingIfNeeded: key >> 3)
        guard key >> 3 < 1 << 29, field > 0 else { throw Fault(reason: "a field has no valid number") }
        switch key & 7 {
        case 0: return (field, .number(try varint()))
        case 1: return (field, .number(try fixed(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.count - place) else { throw Fault(reason: "a field reaches beyond its end") }
            defer { place += Int(length) }
            return (field, .bytes(UnsafeRawBufferPointer(rebasing: bytes[place..<(place + Int(length))])))
        case 5: return (field, .number(try fixed(4)))
        default: throw Fault(reason: "a field is of a kind that is no longer used")
        }
    }

    private mutating func varint() throws(Fault) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard place < bytes.count else { throw Fault(reason: "it is cut off") }
            let byte = bytes[place]
            place += 1
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return result }
        }
        throw Fault(reason: "a number has no end")
    }

    private mutating func fixed(_ count: Int) throws(Fault) -> UInt64 {
        guard bytes.count - place >= count else { throw Fault(reason: "it is cut off") }
        defer { place += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    /// The numbers of a repeated field: packed, or one of them.
    static func numbers(_ value: Value) throws(Fault) -> [Int64] {
        switch value {
        case .number(let bits): return [Int64(bitPattern: bits)]
        case .bytes(let packed):
            var reader = ProtobufReader(packed)
            var numbers: [Int64] = []
            while reader.place < packed.count { numbers.append(Int64(bitPattern: try reader.varint())) }
            return numbers
        }
    }
}
