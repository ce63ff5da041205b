import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// Files of weights: sound ones are read, and nothing in a broken one is believed.
struct WeightFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let floats: [Float] = [1, -2.5, 3, 0]
    private static var floatBytes: [UInt8] { floats.flatMap { GGUFBytes.integer($0.bitPattern) } }

    private func safetensors(_ header: String, data: [UInt8] = floatBytes, length: UInt64? = nil) throws -> String {
        let bytes = GGUFBytes.integer(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + data
        return try GGUFBytes.write(bytes, to: directory, "w\(UInt64.random(in: 0...(.max))).safetensors")
    }

    private static let soundHeader =
        #"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#

    @Test func `a safetensors file gives its tensors`() throws {
        let tensor = try SafetensorsFile(path: safetensors(Self.soundHeader)).tensor("w")
        #expect(tensor.shape == [2, 2] && tensor.type == .f32 && tensor.widened() == Self.floats)
    }

    @Test(arguments: [
        #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,20]}}"#,
        #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}"#,
        #"{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}}"#,
        #"{"w":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}"#,
        #"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#,
        #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[16,0]}}"#,
        #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[-16,0]}}"#,
        #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0]}}"#,
        #"{"w":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}"#, #"{"w":7}"#, "[]", "", "{",
    ])
    func `a broken safetensors header is refused`(header: String) throws {
        let path = try safetensors(header)
        #expect(throws: WeightFileError.self) { try SafetensorsFile(path: path) }
    }

    @Test(arguments: [UInt64.max, 1 << 40, 101_000_000, 95])
    func `a header length that the file cannot hold is refused`(length: UInt64) throws {
        let path = try safetensors(
            Self.soundHeader, length: length == 95 ? UInt64(Self.soundHeader.utf8.count + 17) : length)
        #expect(throws: WeightFileError.self) { try SafetensorsFile(path: path) }
    }

    @Test func `what is missing, empty or no file is said`() throws {
        for path in [directory.path.text + "/none", directory.path.text] {
            let error = #expect(throws: WeightFileError.self) { try SafetensorsFile(path: path) }
            #expect(error?.code == .cannotOpen && error?.message.contains(path) == true)
        }
        let empty = try GGUFBytes.write([], to: directory, "empty")
        #expect(throws: WeightFileError.self) { try GGUFFile(path: empty) }
    }

    @Test func `shards are read as one, and open nothing outside their folder`() throws {
        let shard = try safetensors(Self.soundHeader).split(separator: "/").last ?? ""
        func index(_ map: String) throws -> String {
            try GGUFBytes.write(Array(#"{"weight_map":\#(map)}"#.utf8), to: directory, "model.safetensors.index.json")
        }
        let whole = try SafetensorsFile(index: index(#"{"w":"\#(shard)"}"#))
        #expect(try whole.tensor("w").widened() == Self.floats)
        for map in [#"{"v":"\#(shard)"}"#, #"{"w":"../\#(shard)"}"#, #"{"w":"/etc/passwd"}"#, #"{"w":""}"#, "7"] {
            let path = try index(map)
            #expect(throws: WeightFileError.self) { try SafetensorsFile(index: path) }
        }
    }

    @Test func `a GGUF file gives its tensors, sides turned round, and its metadata`() throws {
        let path = try GGUFBytes.write([("w", [2, 2], .f32, Self.floatBytes)], to: directory)
        let file = try GGUFFile(path: path)
        #expect(try file.tensor("w").widened() == Self.floats)
        #expect(file.metadata["a.count"]?.integer == 7 && file.metadata["a.rate"]?.double == 0.5)
        #expect(file.metadata["a.flag"] == .boolean(true) && file.metadata["a.names"] == .strings(["x", "yy"]))
        #expect(file.metadata["a.sizes"] == .integers([-1, 3]))
        #expect(throws: WeightFileError.self) { try file.tensor("v") }
    }

    @Test func `a file that is cut off anywhere is refused, or lacks nothing`() throws {
        let gguf = GGUFBytes.file([
            ("w", [2, 2], .f32, Self.floatBytes), ("q", [32], .q8_0, [UInt8](repeating: 1, count: 34)),
        ])
        for length in stride(from: 0, to: gguf.count, by: 3) {
            let path = try GGUFBytes.write(Array(gguf[..<length]), to: directory, "cut.gguf")
            if let file = try? GGUFFile(path: path) {
                #expect(length >= gguf.count - 30 && file.tensors.count == 2)
            }
        }
    }

    @Test func `an array of more than any vocabulary is refused before it is read`() throws {
        let count = (1 << 20) + 1
        let bytes =
            Array("GGUF".utf8) + GGUFBytes.integer(UInt32(3)) + GGUFBytes.integer(UInt64(0))
            + GGUFBytes.integer(UInt64(1)) + GGUFBytes.string("a.many") + GGUFBytes.integer(UInt32(9))
            + GGUFBytes.integer(UInt32(0)) + GGUFBytes.integer(UInt64(count)) + [UInt8](repeating: 1, count: count)
        let error = #expect(throws: WeightFileError.self) {
            try GGUFFile(path: GGUFBytes.write(bytes, to: directory, "many.gguf"))
        }
        #expect(error?.message.contains("a.many") == true)
    }

    @Test func `random damage never crashes the readers`() throws {
        var rng = SeededGenerator(seed: 21)
        let header = Self.soundHeader
        let sound = [
            GGUFBytes.file([
                ("w", [2, 2], .f32, Self.floatBytes), ("q", [256], .q6_k, [UInt8](repeating: 1, count: 210)),
            ]),
            GGUFBytes.integer(UInt64(header.utf8.count)) + Array(header.utf8) + Self.floatBytes,
        ]
        for round in 0..<1500 {
            var bytes = sound[round % 2]
            for _ in 0...Int.random(in: 0...4, using: &rng) {
                bytes[Int.random(in: 0..<bytes.count, using: &rng)] = UInt8.random(in: .min ... .max, using: &rng)
            }
            let path = try GGUFBytes.write(bytes, to: directory, "damaged")
            let files: [(any WeightFile)?] = [try? GGUFFile(path: path), try? SafetensorsFile(path: path)]
            for file in files {
                for tensor in file?.tensors.values ?? [:].values { #expect(tensor.widened().count == tensor.count) }
            }
        }
    }

    @Test(arguments: [DType.q8_0, .q4_0, .q4_k, .q5_k, .q6_k])
    func `blocks are the numbers that the reference reads in them, bit for bit`(type: DType) throws {
        let folder = Fixtures.directory.text + "/Reference/blocks/"
        let (blocks, values) = try BlockCases.read(folder + type.rawValue + ".safetensors")
        #expect(Dequantisation.reference(blocks, as: type).map(\.bitPattern) == values.map(\.bitPattern))
        #expect(fast(blocks, as: type, count: values.count).map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func `every half is widened exactly`() {
        let halves = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 || $0 & 0x03FF == 0 }
        let bytes = halves.flatMap { GGUFBytes.integer($0) }
        let expected = halves.map { Float(Float16(bitPattern: $0)).bitPattern }
        #expect(fast(bytes, as: .f16, count: halves.count).map(\.bitPattern) == expected)
        #expect(fast(bytes, as: .bf16, count: halves.count).map(\.bitPattern) == halves.map { UInt32($0) << 16 })
        #expect(fast([0, 0x7E], as: .f16, count: 1)[0].isNaN)
    }

    private func fast(_ bytes: [UInt8], as type: DType, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { numbers, filled in
            bytes.withUnsafeBytes { bytes in
                if let from = bytes.baseAddress, let to = numbers.baseAddress {
                    Dequantisation.fast(from, as: type, to: to, count: count)
                }
            }
            filled = count
        }
    }
}

/// The fixtures of make_block_cases.py.
enum BlockCases {
    private struct Member: Decodable {
        var data_offsets: [Int]
    }

    static func read(_ path: String) throws -> (blocks: [UInt8], values: [Float]) {
        let data = try Data(contentsOf: URL(filePath: path))
        let start = 8 + Int(data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        let members = try JSONDecoder().decode([String: Member].self, from: data[8..<start])
        func bytes(_ name: String) throws -> [UInt8] {
            let offsets = try #require(members[name]).data_offsets
            return [UInt8](data[(start + offsets[0])..<(start + offsets[1])])
        }
        let values = try bytes("values").withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
        }
        return (try bytes("blocks"), values)
    }
}
