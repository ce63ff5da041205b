import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// PyTorch's files: tensors are read, and nothing else is done that a pickle asks for.
struct PyTorchFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let magic: [UInt8] = [
        128, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 46,
    ]
    /// Version 1001, and a machine that begins with the lowest byte.
    private static let notes: [UInt8] =
        [128, 2] + Array("M".utf8) + [0xe9, 3, 46, 128, 2] + Array("}".utf8) + text("little_endian") + [0x88]
        + Array("s.".utf8)

    private static func text(_ text: String) -> [UInt8] {
        Array("X".utf8) + GGUFBytes.integer(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    private static func number(_ number: Int) -> [UInt8] {
        Array("J".utf8) + GGUFBytes.integer(Int32(truncatingIfNeeded: number))
    }

    private static func tuple(_ numbers: [Int]) -> [UInt8] {
        Array("(".utf8) + numbers.flatMap(number) + Array("t".utf8)
    }

    /// A pickle of one tensor `w`, by the words that torch uses.
    private static func dictionary(
        shape: [Int] = [2, 3], strides: [Int] = [3, 1], offset: Int = 0, count: Int = 6,
        call: String = "ctorch._utils\n_rebuild_tensor_v2\n", storage: String = "ctorch\nFloatStorage\n"
    ) -> [UInt8] {
        let persistent =
            Array("(".utf8) + text("storage") + Array(storage.utf8) + text("0") + text("cpu") + number(count)
        let arguments =
            Array("(".utf8) + persistent + Array("NtQ".utf8) + number(offset) + tuple(shape) + tuple(strides)
            + [0x89] + Array("ccollections\nOrderedDict\n)Rt".utf8)
        return [128, 2] + Array("ccollections\nOrderedDict\n)R".utf8) + text("w") + Array(call.utf8) + arguments
            + Array("Rs.".utf8)
    }

    private func file(_ dictionary: [UInt8], numbers: [Float] = [1, 2, 3, 4, 5, 6]) throws -> PyTorchFile {
        let order = [128, 2] + Array("](".utf8) + Self.text("0") + Array("e.".utf8)
        let data = GGUFBytes.integer(Int64(numbers.count)) + numbers.flatMap { GGUFBytes.integer($0.bitPattern) }
        let bytes = Self.magic + Self.notes + dictionary + order + data
        return try PyTorchFile(try WeightMap(path: GGUFBytes.write(bytes, to: directory, "w.pth")))
    }

    @Test func `tensors lie where their storage says, in any order`() throws {
        #expect(try file(Self.dictionary()).tensor("w").widened() == [1, 2, 3, 4, 5, 6])
        let turned = try file(Self.dictionary(strides: [1, 2])).tensor("w")
        #expect(turned.shape == [2, 3] && turned.widened() == [1, 3, 5, 2, 4, 6])
        #expect(try file(Self.dictionary(shape: [2], strides: [2], offset: 3)).tensor("w").widened() == [4, 6])
        #expect(try file(Self.dictionary(shape: [1 << 20, 0], strides: [0, 0])).tensor("w").widened() == [])
    }

    @Test(arguments: [
        ("cposix\nsystem\n", "posix.system"), ("c__builtin__\neval\n", "__builtin__.eval"),
        ("ctorch._utils\n_rebuild_tensor\n", "torch._utils._rebuild_tensor"),
    ])
    func `a name that is not of tensors is refused by it`(call: String, name: String) throws {
        let error = #expect(throws: WeightFileError.self) { try file(Self.dictionary(call: call)) }
        #expect(error?.code == .unsupported && error?.message.contains(name) == true)
    }

    @Test(arguments: [
        ([2, 3], [3, 1], 1, 6), ([7], [1], 0, 6), ([-1], [1], 0, 6), ([2], [-1], 3, 6), ([2], [6], 0, 6),
        ([6], [1], 0, 7),
        ([1 << 30, 1 << 30, 1 << 30], [0, 0, 0], 0, 6), ([7], [0], 0, 6), ([1], [1], -1, 6), ([6], [1], 0, -6),
    ])
    func `what does not fit its storage is refused`(shape: [Int], strides: [Int], offset: Int, count: Int) throws {
        #expect(throws: WeightFileError.self) {
            try file(Self.dictionary(shape: shape, strides: strides, offset: offset, count: count))
        }
    }

    @Test func `a tensor of more sides than any has is refused`() throws {
        let ones = [Int](repeating: 1, count: 9)
        #expect(throws: WeightFileError.self) {
            try file(Self.dictionary(shape: ones, strides: ones, count: 1), numbers: [1])
        }
        #expect(
            try file(Self.dictionary(shape: Array(ones.dropLast()), strides: Array(ones.dropLast()))).tensor("w")
                .widened() == [1])
    }

    @Test func `deep nesting, endless pickles, archives and other files are refused`() throws {
        let deep = [UInt8](repeating: 0x85, count: 100_000)
        let long = [UInt8](repeating: UInt8(ascii: "N"), count: 5 << 20)
        for pickle in [Array("N".utf8) + deep + [46], long + [46], Array("(i.".utf8), [46], Array("h".utf8) + [7, 46]] {
            #expect(throws: WeightFileError.self) { try file(pickle) }
        }
        for bytes in [Array("PK\u{3}\u{4}data.pkl".utf8), Array("pickle".utf8), Self.magic, Self.magic + Self.notes] {
            let path = try GGUFBytes.write(bytes, to: directory, "other")
            #expect(throws: WeightFileError.self) { try PyTorchFile(try WeightMap(path: path)) }
        }
    }

    @Test func `damage never crashes`() throws {
        let sound = [UInt8](try Data(contentsOf: URL(filePath: Fixtures.directory.text + "/Reference/tagger/tiny.pth")))
        // Flips fall on the pickles, not on the numbers behind them.
        let head = try #require(sound.indices.first { sound[$0...].starts(with: "_fc.bias".utf8) }) + 1000
        let path = directory.path("a.pth").text
        for seed in 0..<400 as Range<UInt64> {
            let bytes =
                seed.isMultiple(of: 5)
                ? BrokenBytes.truncated(sound, keeping: Double(seed) / 400)
                : BrokenBytes.bitFlipped(Array(sound[..<head]), count: 1 + Int(seed % 8), seed: seed) + sound[head...]
            try Data(bytes).write(to: URL(filePath: path))
            guard let file = try? PyTorchFile(try WeightMap(path: path)) else { continue }
            for tensor in file.tensors.values { #expect(tensor.widened().count == tensor.count) }
        }
    }
}
