import Foundation
import MediaTypes
import TestSupport

@testable import Tensors

/// Makes GGUF files, sound and otherwise.
enum GGUFBytes {
    private static let numbers: [DType: UInt32] = [
        .f32: 0, .f16: 1, .q4_0: 2, .q8_0: 8, .q4_k: 12, .q5_k: 13, .q6_k: 14, .bf16: 30,
    ]

    static func integer(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func string(_ text: String) -> [UInt8] { integer(UInt64(text.utf8.count)) + Array(text.utf8) }

    /// A file of tensors with their sides innermost first, and some metadata of every kind.
    static func file(_ tensors: [(name: String, sides: [Int], type: DType, bytes: [UInt8])]) -> [UInt8] {
        let metadata: [[UInt8]] = [
            string("general.architecture") + integer(UInt32(8)) + string("test"),
            string("a.count") + integer(UInt32(4)) + integer(UInt32(7)),
            string("a.rate") + integer(UInt32(6)) + integer(Float(0.5).bitPattern),
            string("a.flag") + integer(UInt32(7)) + [1],
            string("a.names") + integer(UInt32(9)) + integer(UInt32(8)) + integer(UInt64(2)) + string("x")
                + string("yy"),
            string("a.sizes") + integer(UInt32(9)) + integer(UInt32(5)) + integer(UInt64(2)) + integer(Int32(-1))
                + integer(Int32(3)),
        ]
        var bytes =
            Array("GGUF".utf8) + integer(UInt32(3)) + integer(UInt64(tensors.count)) + integer(UInt64(metadata.count))
        bytes += metadata.flatMap(\.self)
        var offset = 0
        for tensor in tensors {
            bytes += string(tensor.name) + integer(UInt32(tensor.sides.count))
            bytes += tensor.sides.flatMap { integer(UInt64($0)) }
            bytes += integer(numbers[tensor.type] ?? 99) + integer(UInt64(offset))
            offset += (tensor.bytes.count + 31) / 32 * 32
        }
        func pad() { bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32) }
        pad()
        for tensor in tensors {
            bytes += tensor.bytes
            pad()
        }
        return bytes
    }

    /// The same on disk: its path.
    static func write(
        _ tensors: [(name: String, sides: [Int], type: DType, bytes: [UInt8])], to directory: TemporaryDirectory
    ) throws -> String {
        try write(file(tensors), to: directory, "weights.gguf")
    }

    static func write(_ bytes: [UInt8], to directory: TemporaryDirectory, _ name: String) throws -> String {
        let path = directory.path.text + "/" + name
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}

extension DType {
    /// Where in a block its scales lie, halves that random bytes would make infinite or none.
    var scalePlaces: [Int] {
        switch self {
        case .q8_0, .q4_0: [0]
        case .q4_k, .q5_k: [0, 2]
        case .q6_k: [208]
        case .f32, .f16, .bf16: []
        }
    }
}
