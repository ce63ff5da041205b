/// Reads an `E5File` field by field; every length is bounded by what is left of the file before it is used.
struct E5Reader {
    /// What the directory says of a tensor.
    struct Entry {
        var type: DType
        var count: Int
        var offset: Int
        var byteCount: Int
    }

    private let map: WeightMap
    private(set) var position = 0

    init(_ map: WeightMap) { self.map = map }

    /// The file, for messages.
    var path: String { map.path }

    /// A number that is one of a few.
    mutating func size(_ what: String, _ range: ClosedRange<Int>) throws(WeightFileError) -> Int {
        let size = Int(try integer(Int32.self))
        guard range.contains(size) else { throw .malformed(path, "its \(what) is \(size)") }
        return size
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(WeightFileError) -> Value {
        let width = MemoryLayout<Value>.size
        try require(UInt64(width))
        defer { position += width }
        return Value(littleEndian: map.bytes.loadUnaligned(fromByteOffset: position, as: type))
    }

    mutating func numbers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ count: Int, _ type: Value.Type
    ) throws(WeightFileError) -> [Value] {
        let width = MemoryLayout<Value>.size
        try require(UInt64(count) * UInt64(width))
        defer { position += count * width }
        return (0..<count).map {
            Value(littleEndian: map.bytes.loadUnaligned(fromByteOffset: position + $0 * width, as: type))
        }
    }

    mutating func bytes(_ count: UInt64) throws(WeightFileError) -> [UInt8] {
        try require(count)
        defer { position += Int(count) }
        return Array(map.bytes[position..<(position + Int(count))])
    }

    /// The directory of tensors.
    mutating func entries() throws(WeightFileError) -> [String: Entry] {
        // More than any network of these sizes has.
        let count = try size("number of tensors", 0...1 << 13)
        var entries: [String: Entry] = [:]
        for _ in 0..<count {
            let name = String(decoding: try bytes(UInt64(try integer(UInt16.self))), as: UTF8.self)
            let type = try integer(UInt8.self)
            let count = Int(try integer(UInt32.self))
            let (offset, byteCount) = (try integer(UInt64.self), try integer(UInt64.self))
            guard type <= 1 else { throw .malformed(path, "the tensor \(name) has the unknown type \(type)") }
            // Both are at most the file's size, so their sum is a number.
            guard offset <= UInt64(map.bytes.count), byteCount <= UInt64(map.bytes.count) - offset else {
                throw .malformed(path, "the tensor \(name) lies outside the file")
            }
            guard entries[name] == nil else { throw .malformed(path, "it holds two tensors \(name)") }
            entries[name] = Entry(
                type: type == 0 ? .f32 : .q4_0, count: count, offset: Int(offset), byteCount: Int(byteCount))
        }
        return entries
    }

    private func require(_ count: UInt64) throws(WeightFileError) {
        guard count <= UInt64(map.bytes.count - position) else { throw .malformed(path, "it is cut off") }
    }
}
