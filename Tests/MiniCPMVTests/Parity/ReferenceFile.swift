import Foundation
import Testing

/// A safetensors file that the reference implementation left behind, read whole: arrays of numbers by name.
struct ReferenceFile {
    /// One array.
    struct Entry {
        var shape: [Int]
        var numbers: [Float]

        var integers: [Int] { numbers.map { Int($0) } }
        var bytes: [UInt8] { numbers.map { UInt8($0) } }
    }

    private let entries: [String: Entry]

    init(_ url: URL) throws {
        struct Member: Decodable {
            var dtype: String
            var shape: [Int]
            var data_offsets: [Int]
        }
        let data = try Data(contentsOf: url)
        let length = Int(data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        var header = try #require(
            try JSONSerialization.jsonObject(with: data[8..<(8 + length)]) as? [String: Any])
        header["__metadata__"] = nil
        let members = try JSONDecoder().decode(
            [String: Member].self, from: JSONSerialization.data(withJSONObject: header))
        entries = try members.mapValues { member in
            let bytes = data[(8 + length + member.data_offsets[0])..<(8 + length + member.data_offsets[1])]
            return Entry(shape: member.shape, numbers: try Self.numbers(bytes, member.dtype))
        }
    }

    private static func numbers(_ bytes: Data, _ type: String) throws -> [Float] {
        func all<Number: BitwiseCopyable>(_ type: Number.Type, _ widen: (Number) -> Float) -> [Float] {
            let width = MemoryLayout<Number>.size
            return bytes.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: width).map {
                    widen(bytes.loadUnaligned(fromByteOffset: $0, as: Number.self))
                }
            }
        }
        switch type {
        case "F32": return all(Float.self) { $0 }
        case "F16": return all(Float16.self) { Float($0) }
        case "I32": return all(Int32.self) { Float($0) }
        case "I64": return all(Int64.self) { Float($0) }
        case "U8": return bytes.map { Float($0) }
        default:
            Issue.record("the reference file holds \(type), which this reader does not know")
            return []
        }
    }

    subscript(name: String) -> Entry? { entries[name] }

    func entry(_ name: String) throws -> Entry { try #require(entries[name], "\(name) is missing") }
}
