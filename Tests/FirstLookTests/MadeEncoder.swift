import MediaTypes
import Tensors
import TestSupport

/// A small sentence encoder with random weights, as bytes of a file: each field can be another than it should be.
struct MadeEncoder {
    var version: UInt32 = 1
    var sizes: [Int32] = [32, 2, 2, 64, 24, 12, 2]
    var epsilon: Float = 1e-12
    var block: Int32 = 32
    /// The first three begin, end and fill up a text or stand for the unknown.
    var pieces = [
        "<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁a", "query", "▁query", ":", "é", "本", "▁passage",
    ]
    var special: [Int32] = [0, 2, 1, 3]
    var scores: [Float] = [0, 0, 0, 0, -3, -4, -5, -8, -6, -9, -9.5, -4, -10, -10, -9]
    var replacements: [(UInt32, [UInt32])] = [(0x01, []), (0x09, [0x20]), (0x00BD, [0x31, 0x2F, 0x32])]
    /// What the directory says of a tensor instead.
    var entry: (String, inout (type: UInt8, count: UInt32, offset: UInt64, size: UInt64)) -> Void = { _, _ in }
    /// Tensors that have another name.
    var renamed: [String: String] = [:]

    /// Where the header's fields end: all but the directory, and all.
    private(set) var directoryStart = 0
    private(set) var headerEnd = 0

    private static func shapes(_ sizes: [Int]) -> [(name: String, isQuantised: Bool, count: Int)] {
        let (width, middle) = (sizes[0], sizes[3])
        var shapes = [
            ("emb.word", true, sizes[4] * width), ("emb.pos", false, sizes[5] * width),
            ("emb.type", false, sizes[6] * width), ("emb.ln.w", false, width), ("emb.ln.b", false, width),
        ]
        for layer in 0..<sizes[1] {
            for name in ["q", "k", "v", "ao"] {
                shapes += [("l\(layer).\(name).w", true, width * width), ("l\(layer).\(name).b", false, width)]
            }
            shapes += [
                ("l\(layer).aln.w", false, width), ("l\(layer).aln.b", false, width),
                ("l\(layer).fi.w", true, middle * width), ("l\(layer).fi.b", false, middle),
                ("l\(layer).fo.w", true, middle * width), ("l\(layer).fo.b", false, width),
                ("l\(layer).oln.w", false, width), ("l\(layer).oln.b", false, width),
            ]
        }
        return shapes
    }

    mutating func bytes() -> [UInt8] {
        var rng = SeededGenerator(seed: 5)
        var header = Array("E5S1".utf8) + Self.little(version) + sizes.flatMap(Self.little)
        header += Self.little(epsilon.bitPattern) + Self.little(block)
        header += Self.little(Int32(pieces.count)) + special.flatMap(Self.little)
        let texts = pieces.map { Array($0.utf8) }
        header += Self.little(UInt64(texts.reduce(0) { $0 + $1.count }))
        var start: UInt32 = 0
        for text in texts {
            header += Self.little(start)
            start += UInt32(text.count)
        }
        header += Self.little(start) + scores.flatMap { Self.little($0.bitPattern) } + texts.joined()
        let table = replacements.flatMap { scalar, others in
            Self.little(scalar) + [UInt8(others.count)] + others.flatMap(Self.little)
        }
        header += Self.little(Int32(replacements.count)) + Self.little(UInt32(table.count)) + table
        directoryStart = header.count
        let wanted = MadeEncoder().sizes.map(Int.init)
        let shapes = Self.shapes(wanted).map { (renamed[$0.name] ?? $0.name, $0.isQuantised, $0.count) }
        headerEnd = header.count + 4 + shapes.reduce(0) { $0 + 23 + $1.0.utf8.count }
        var offset = (headerEnd + 63) / 64 * 64
        var data = [UInt8](repeating: 0, count: offset - headerEnd)
        header += Self.little(Int32(shapes.count))
        for (name, isQuantised, count) in shapes {
            let numbers = Self.numbers(count, isQuantised: isQuantised, name, &rng)
            var entry = (
                type: UInt8(isQuantised ? 1 : 0), count: UInt32(count), offset: UInt64(offset),
                size: UInt64(numbers.count)
            )
            self.entry(name, &entry)
            header += Self.little(UInt16(name.utf8.count)) + Array(name.utf8) + [entry.type]
            header += Self.little(entry.count) + Self.little(entry.offset) + Self.little(entry.size)
            data += numbers
            offset += numbers.count
        }
        return header + data
    }

    /// Gains are around 1, all else around 0, in blocks of a half scale and nibbles, or in float32.
    private static func numbers(
        _ count: Int, isQuantised: Bool, _ name: String, _ rng: inout SeededGenerator
    ) -> [UInt8] {
        if isQuantised {
            return (0..<(count / 32)).flatMap { _ in
                little(Float16.random(in: 0.01...0.06, using: &rng).bitPattern)
                    + (0..<16).map { _ in UInt8.random(in: 0...255, using: &rng) }
            }
        }
        let isGain = name.hasSuffix("ln.w")
        return (0..<count).flatMap { _ in
            little(Float.random(in: isGain ? 0.5...1.5 : -0.3...0.3, using: &rng).bitPattern)
        }
    }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

extension E5File {
    /// These bytes, as a file.
    init(_ bytes: [UInt8], in folder: TemporaryDirectory) throws {
        try self.init(try WeightMap(path: try folder.write(bytes, to: "encoder.bin").text))
    }
}
