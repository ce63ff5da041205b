/// Reads a GGUF header field by field; every length is bounded by what is left of the file before it is used.
struct GGUFReader {
    struct TensorEntry {
        var name: String
        var shape: [Int]
        var type: UInt32
        var offset: UInt64
    }

    /// Elements of one array: a vocabulary has a quarter of that.
    private static let arrayLimit = 1 << 20
    /// Bytes of all metadata: those of a large vocabulary are a tenth of that.
    private static let metadataLimit = 128 << 20

    private let map: WeightMap
    private(set) var position = 0

    init(_ map: WeightMap) { self.map = map }

    /// Magic, version and counts.
    mutating func readHeader() throws(WeightFileError) -> (tensors: Int, metadata: Int) {
        guard try readInteger(UInt32.self) == 0x4655_4747 else { throw .malformed(map.path, "it is no GGUF file") }
        let version = try readInteger(UInt32.self)
        guard version == 2 || version == 3 else {
            throw .malformed(map.path, "its GGUF version is \(version), and only 2 and 3 are known")
        }
        // A tensor's entry takes 24 bytes at least, a metadata entry 13.
        return (try readCount(atLeast: 24, of: "tensors"), try readCount(atLeast: 13, of: "metadata entries"))
    }

    mutating func readMetadata(count: Int) throws(WeightFileError) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let key = try readString()
            metadata[key] = try readValue(key)
            guard position <= Self.metadataLimit else { throw .malformed(map.path, "its metadata have no end") }
        }
        return metadata
    }

    mutating func readTensorEntries(count: Int) throws(WeightFileError) -> [TensorEntry] {
        var entries: [TensorEntry] = []
        for _ in 0..<count {
            let name = try readString()
            let rank = try readInteger(UInt32.self)
            guard (1...4).contains(rank) else { throw .malformed(map.path, "the tensor \(name) has \(rank) sides") }
            var shape: [Int] = []
            for _ in 0..<rank {
                guard let side = Int(exactly: try readInteger(UInt64.self)) else {
                    throw .malformed(map.path, "the tensor \(name) has an impossible shape")
                }
                shape.insert(side, at: 0)
            }
            entries.append(
                TensorEntry(
                    name: name, shape: shape, type: try readInteger(UInt32.self),
                    offset: try readInteger(UInt64.self)))
        }
        return entries
    }

    private mutating func readValue(_ key: String) throws(WeightFileError) -> GGUFValue {
        let type = try readInteger(UInt32.self)
        switch type {
        case 0, 2, 4, 10: return .unsigned(UInt64(bitPattern: try readWhole(type)))
        case 1, 3, 5, 11: return .signed(try readWhole(type))
        case 6, 12: return .number(try readNumber(type))
        case 7: return .boolean(try readInteger(UInt8.self) != 0)
        case 8: return .string(try readString())
        case 9: return try readArray(key)
        default: throw .malformed(map.path, "the metadata entry \(key) has the unknown type \(type)")
        }
    }

    /// Arrays of arrays are not read: no model that we know has one.
    private mutating func readArray(_ key: String) throws(WeightFileError) -> GGUFValue {
        let type = try readInteger(UInt32.self)
        let widths: [UInt32: Int] = [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 8: 8, 10: 8, 11: 8, 12: 8]
        guard let width = widths[type] else {
            throw .malformed(map.path, "the metadata entry \(key) is an array of the unknown type \(type)")
        }
        let count = try readCount(atLeast: width, of: key)
        // Read whole numbers take eight bytes whatever the file spends on them.
        guard count <= Self.arrayLimit else { throw .malformed(map.path, "\(key) claims \(count) elements") }
        switch type {
        case 6, 12:
            return .numbers(try readMany(count) { reader throws(WeightFileError) in try reader.readNumber(type) })
        case 7:
            return .booleans(
                try readMany(count) { reader throws(WeightFileError) in try reader.readInteger(UInt8.self) != 0 })
        case 8: return .strings(try readMany(count) { reader throws(WeightFileError) in try reader.readString() })
        default:
            return .integers(try readMany(count) { reader throws(WeightFileError) in try reader.readWhole(type) })
        }
    }

    private mutating func readMany<Value>(
        _ count: Int, _ read: (inout GGUFReader) throws(WeightFileError) -> Value
    ) throws(WeightFileError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// A whole number of one of ggml's types, its bits widened as the type says.
    private mutating func readWhole(_ type: UInt32) throws(WeightFileError) -> Int64 {
        switch type {
        case 0: Int64(try readInteger(UInt8.self))
        case 1: Int64(try readInteger(Int8.self))
        case 2: Int64(try readInteger(UInt16.self))
        case 3: Int64(try readInteger(Int16.self))
        case 4: Int64(try readInteger(UInt32.self))
        case 5: Int64(try readInteger(Int32.self))
        case 10: Int64(bitPattern: try readInteger(UInt64.self))
        default: try readInteger(Int64.self)
        }
    }

    private mutating func readNumber(_ type: UInt32) throws(WeightFileError) -> Double {
        type == 6
            ? Double(Float(bitPattern: try readInteger(UInt32.self)))
            : Double(bitPattern: try readInteger(UInt64.self))
    }

    /// A count of things that take so many bytes each: never more than the file can hold.
    private mutating func readCount(atLeast width: Int, of what: String) throws(WeightFileError) -> Int {
        let count = try readInteger(UInt64.self)
        guard count <= UInt64((map.bytes.count - position) / width) else {
            throw .malformed(map.path, "it claims \(count) \(what)")
        }
        return Int(count)
    }

    private mutating func readString() throws(WeightFileError) -> String {
        let count = try readCount(atLeast: 1, of: "bytes of text")
        defer { position += count }
        return String(decoding: map.bytes[position..<(position + count)], as: UTF8.self)
    }

    private mutating func readInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type)
        throws(WeightFileError) -> Value
    {
        let width = MemoryLayout<Value>.size
        guard map.bytes.count - position >= width else { throw .malformed(map.path, "its header is cut off") }
        defer { position += width }
        return Value(littleEndian: map.bytes.loadUnaligned(fromByteOffset: position, as: type))
    }
}
