import Foundation
import Tensors

/// Writes a GGUF file whose tensors' numbers are made while they are written.
struct GGUFWriter {
    private var metadata: [UInt8] = []
    private var metadataCount = 0
    private var tensors: [(name: String, shape: [Int], type: DType, block: () -> [UInt8])] = []

    /// ggml's numbers of the types that are written here.
    private static let typeNumbers: [DType: UInt32] = [
        .f32: 0, .f16: 1, .q4_0: 2, .q8_0: 8, .q4_k: 12, .q6_k: 14,
    ]
    private static let alignment = 32
    /// Made-up numbers repeat after so many bytes.
    private static let period = 1 << 20

    mutating func add(_ key: String, _ text: String) { append(key, 8, string(text)) }
    mutating func add(_ key: String, _ number: Int) { append(key, 4, integer(UInt32(number))) }
    mutating func add(_ key: String, _ number: Float) { append(key, 6, integer(number.bitPattern)) }
    mutating func add(_ key: String, _ flag: Bool) { append(key, 7, [flag ? 1 : 0]) }

    mutating func add(_ key: String, _ texts: [String]) {
        append(key, 9, integer(UInt32(8)) + integer(UInt64(texts.count)) + texts.flatMap(string))
    }

    mutating func add(_ key: String, _ numbers: [Int32]) {
        append(key, 9, integer(UInt32(5)) + integer(UInt64(numbers.count)) + numbers.flatMap(integer))
    }

    /// A tensor, its shape outermost first, whose blocks `block` makes.
    mutating func addTensor(_ name: String, _ shape: [Int], _ type: DType, block: @escaping () -> [UInt8]) {
        tensors.append((name, shape, type, block))
    }

    func write(to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("\(path) cannot be written.") }
        defer { try? file.close() }
        var header = Array("GGUF".utf8) + integer(UInt32(3))
        header += integer(UInt64(tensors.count)) + integer(UInt64(metadataCount)) + metadata
        var offset = 0
        for tensor in tensors {
            header += string(tensor.name) + integer(UInt32(tensor.shape.count))
            header += tensor.shape.reversed().flatMap { integer(UInt64($0)) }
            header += integer(Self.typeNumbers[tensor.type] ?? 0) + integer(UInt64(offset))
            offset += aligned(byteCount(tensor.shape, tensor.type))
        }
        header += [UInt8](repeating: 0, count: aligned(header.count) - header.count)
        try file.write(contentsOf: Data(header))
        for tensor in tensors { try write(tensor.block, byteCount(tensor.shape, tensor.type), tensor.type, to: file) }
    }

    private func write(_ block: () -> [UInt8], _ count: Int, _ type: DType, to file: FileHandle) throws {
        let blocks = min(Self.period, count) / type.blockBytes
        let period = Data((0..<max(blocks, 1)).flatMap { _ in block() })
        var left = count
        while left > 0 {
            try file.write(contentsOf: period.prefix(left))
            left -= min(left, period.count)
        }
        try file.write(contentsOf: Data(count: aligned(count) - count))
    }

    private func byteCount(_ shape: [Int], _ type: DType) -> Int {
        shape.reduce(1, *) / type.blockCount * type.blockBytes
    }

    private func aligned(_ count: Int) -> Int { (count + Self.alignment - 1) / Self.alignment * Self.alignment }

    private mutating func append(_ key: String, _ type: UInt32, _ value: [UInt8]) {
        metadata += string(key) + integer(type) + value
        metadataCount += 1
    }

    private func integer(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private func string(_ text: String) -> [UInt8] { integer(UInt64(text.utf8.count)) + Array(text.utf8) }
}
