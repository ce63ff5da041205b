import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Products with weights in every format, few rows and many, on any number of threads.
struct LinearTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A matrix of random blocks in a GGUF file, and its numbers by the definition.
    private func matrix(_ type: DType, rows: Int, columns: Int) throws -> (WeightMatrix, [[Float]]) {
        var rng = SeededGenerator(seed: UInt64(rows + columns))
        let count = rows * columns / type.blockCount
        var blocks = (0..<(count * type.blockBytes)).map { _ in UInt8.random(in: .min ... .max, using: &rng) }
        for block in 0..<count {
            // Scales of a size that weights have: 2⁻⁶ as a half; whole numbers for the rest.
            for place in type.scalePlaces {
                blocks[block * type.blockBytes + place] = 0
                blocks[block * type.blockBytes + place + 1] = 0x24
            }
            if type == .f32 {
                blocks.replaceSubrange((block * 4)..<(block * 4 + 4), with: [0, 0, blocks[block * 4], 0x3D])
            }
            if type == .bf16 { blocks[block * 2 + 1] = 0x3D }
            if type == .f16 { blocks[block * 2 + 1] = 0x24 }
        }
        let file = try GGUFBytes.write([("w", [columns, rows], type, blocks)], to: directory)
        let weight = try GGUFFile(path: file).tensor("w").matrix(.float)
        let numbers = Dequantisation.reference(blocks, as: type)
        return (weight, (0..<rows).map { Array(numbers[($0 * columns)..<(($0 + 1) * columns)]) })
    }

    @Test(arguments: DType.allCases, [1, 4, 5, 33])
    func `products agree with the definition`(type: DType, rows: Int) throws {
        let (weight, numbers) = try matrix(type, rows: 150, columns: 512)
        var rng = SeededGenerator(seed: 3)
        let x = (0..<rows).map { _ in rng.numbers(512, in: -1...1) }
        let bias = rng.numbers(150)
        let expected = Linear.reference(x, weight: numbers, bias: bias).flatMap(\.self)
        var out = Tensor(rows: rows, columns: 150)
        Linear.apply(x.tensor, weight, bias: bias, to: &out, on: ComputePool(threads: 2))
        // The rounding of 512 terms, measured by their size.
        let size = numbers.flatMap(\.self).map(abs).max() ?? 0
        #expect(firstMismatch(out.numbers, expected, relative: 1e-5, floor: size * 16) == nil)

        Linear.apply(x.tensor, weight, to: &out, .add, on: ComputePool(threads: 2))
        let twice = zip(expected, Linear.reference(x, weight: numbers, bias: nil).flatMap(\.self)).map { $0 + $1 }
        #expect(firstMismatch(out.numbers, twice, relative: 1e-5, floor: size * 32) == nil)
    }

    @Test(arguments: [1, 7, 64])
    func `any number of threads gives the same bits`(rows: Int) throws {
        let (weight, _) = try matrix(.bf16, rows: 700, columns: 256)
        var rng = SeededGenerator(seed: 4)
        let x = (0..<rows).map { _ in rng.numbers(256) }
        var results: [[Float]] = []
        for threads in [1, 2, 3, 8] {
            var out = Tensor(rows: rows, columns: 700)
            Linear.apply(x.tensor, weight, to: &out, on: ComputePool(threads: threads))
            results.append(out.numbers)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
