import CKernels
import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// Products of integers against their definition, with every set of instructions that this processor has.
struct IntegerProductTests {
    // Its own for each case: cases run at once, a pool runs one kernel at a time.
    private let pool = ComputePool(threads: 2)

    private func numbers(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    /// A matrix of a type with random numbers: for quantised types random blocks with small units.
    private func matrix(_ type: DType, rows: Int, columns: Int, seed: UInt64, _ directory: TemporaryDirectory) throws
        -> WeightMatrix
    {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        if type == .f32 {
            for number in numbers(rows * columns, seed: seed) {
                withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
            }
        } else {
            for _ in 0..<(rows * columns / type.blockCount) {
                var block = (0..<type.blockBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
                for place in type.scalePlaces {
                    let unit = Float16(Float.random(in: 0.001...0.02, using: &random)).bitPattern
                    block[place] = UInt8(unit & 255)
                    block[place + 1] = UInt8(unit >> 8)
                }
                bytes += block
            }
        }
        let path = directory.path("w-\(type.rawValue)-\(rows)-\(columns)")
        try Data(bytes).write(to: URL(filePath: path.text))
        let map = try WeightMap(path: path.text)
        return try WeightTensor(name: "w", shape: [rows, columns], type: type, map: map, offset: 0, end: nil)
            .matrix(.float)
    }

    private func rows(_ numbers: [Float], _ columns: Int) -> [[Float]] {
        stride(from: 0, to: numbers.count, by: columns).map { Array(numbers[$0..<($0 + columns)]) }
    }

    private func blocks(of numbers: [Float]) -> [[Float]] {
        stride(from: 0, to: numbers.count, by: 32).map { Array(numbers[$0..<min($0 + 32, numbers.count)]) }
    }

    @Test(arguments: [DType.q8_0, .q4_0, .q4_k, .q6_k]) func `packed weights are the numbers that the format defines`(
        type: DType
    )
        throws
    {
        let directory = try TemporaryDirectory()
        let weight = try matrix(type, rows: 35, columns: 512, seed: 1, directory)
        let packed = PackedIntegers(weight)
        packed.prepare(on: pool, sourceBytesAtATime: 1)
        for row in 0..<35 {
            var expected = [Float](repeating: 0, count: 512)
            weight.widen(row..<(row + 1), to: &expected)
            #expect(packed.unpacked(row: row).map(\.bitPattern) == expected.map(\.bitPattern))
        }
    }

    @Test func `other weights become bytes that are off by half of a 127th of their block's largest`() throws {
        let directory = try TemporaryDirectory()
        let weight = try matrix(.f32, rows: 17, columns: 100, seed: 2, directory)
        let packed = PackedIntegers(weight)
        packed.prepare(on: pool)
        for row in 0..<17 {
            var expected = [Float](repeating: 0, count: 100)
            weight.widen(row..<(row + 1), to: &expected)
            for (block, actual) in zip(blocks(of: expected), blocks(of: packed.unpacked(row: row))) {
                // The scale is rounded to a half's eleven bits, which may clip the largest by as much.
                let largest: Float = block.map(abs).max() ?? 0
                let bound: Float = largest * (0.5 / 127 + 1.0 / 2048)
                for (a, b) in zip(block, actual) { #expect(abs(a - b) <= bound) }
            }
        }
    }

    @Test(arguments: [1, 31, 32, 33, 100]) func `activations become bytes as the definition says`(columns: Int) {
        let x = numbers(3 * columns, seed: 3)
        for limit in [63, 127] {
            let quantised = QuantisedRows(x, rows: 3, columns: columns, limit: limit, on: pool)
            for (row, numbers) in rows(x, columns).enumerated() {
                let expected = blocks(of: numbers).flatMap { block -> [Float] in
                    let (bytes, scale) = QuantisedRows.reference(block, limit: limit)
                    return bytes.map { Float($0) * scale }
                }
                #expect(Array(quantised.numbers(row: row).prefix(columns)) == expected)
            }
        }
    }

    @Test func `an outlier harms its own block only`() {
        var x = numbers(64, seed: 4)
        x[40] = 1000
        let left = QuantisedRows(x, rows: 1, columns: 64, limit: 127, on: pool).numbers(row: 0)
        for index in 0..<32 { #expect(abs(left[index] - x[index]) <= 0.5 / 127) }
        #expect(left[40] == 1000)
    }

    @Test(arguments: IntegerInstructions.allCases.filter(\.isAvailable), [DType.f32, .q8_0, .q4_0, .q4_k, .q6_k])
    func `each set of instructions computes the definition, for any number of rows and outputs`(
        instructions: IntegerInstructions, type: DType
    ) throws {
        let directory = try TemporaryDirectory()
        let columns = type == .f32 ? 272 : 512
        let shapes = [
            (1, 70), (2, 33), (3, 64), (4, 16), (5, 50), (6, 1), (7, 96), (8, 50), (9, 17), (13, 31), (200, 40),
        ]
        for (count, outputs) in shapes {
            let weight = try matrix(type, rows: outputs, columns: columns, seed: UInt64(outputs), directory)
            let packed = PackedIntegers(weight)
            packed.prepare(on: pool)
            let limit = instructions.byteLimit(packed.layout)
            let x = numbers(count * columns, seed: UInt64(count))
            let quantised = QuantisedRows(x, rows: count, columns: columns, limit: limit, on: pool)
            let bias = numbers(outputs, seed: 9)
            let left = (0..<count).map { Array(quantised.numbers(row: $0).prefix(columns)) }
            let unpacked = (0..<outputs).map { packed.unpacked(row: $0) }
            let expected = IntegerProduct.reference(left, weight: unpacked, bias: bias)
            // What lies around the result must stay.
            var out = [Float](repeating: 7, count: (count + 2) * outputs)
            out.withUnsafeMutableBufferPointer { out in
                guard let base = out.baseAddress else { return }
                IntegerProduct.apply(
                    quantised, rows: count, packed, bias: bias, to: base + outputs, .replace, on: pool,
                    with: instructions)
            }
            // Sums within blocks are exact; each of the blocks' two to four roundings is 2⁻²⁴ of the largest partial sum.
            for row in 0..<count {
                let size = zip(left[row], unpacked[0]).reduce(Float(1)) { $0 + abs($1.0) * abs($1.1) }
                let bound = 4 * Float(packed.blocks) * size * .ulpOfOne * 4
                for output in 0..<outputs {
                    #expect(abs(out[(row + 1) * outputs + output] - expected[row][output]) <= bound)
                }
            }
            #expect(out.prefix(outputs).allSatisfy { $0 == 7 } && out.suffix(outputs).allSatisfy { $0 == 7 })
        }
    }

    @Test func `a row's result depends neither on its company nor on the threads`() throws {
        let directory = try TemporaryDirectory()
        for type in [DType.f32, .q4_0, .q4_k, .q6_k] {
            let weight = try matrix(type, rows: 300, columns: 512, seed: 5, directory)
            let packed = PackedIntegers(weight)
            let x = numbers(9 * 512, seed: 6)
            func product(_ rows: Range<Int>, threads: Int) -> [Float] {
                let pool = ComputePool(threads: threads)
                let some = Array(x[(rows.lowerBound * 512)..<(rows.upperBound * 512)])
                let limit = IntegerInstructions.best.byteLimit(packed.layout)
                let quantised = QuantisedRows(some, rows: rows.count, columns: 512, limit: limit, on: pool)
                var out = [Float](repeating: 1, count: rows.count * 300)
                IntegerProduct.apply(quantised, rows: rows.count, packed, bias: nil, to: &out, .add, on: pool)
                return out
            }
            let all = product(0..<9, threads: 3)
            for row in 0..<9 {
                #expect(product(row..<(row + 1), threads: 1) == Array(all[(row * 300)..<((row + 1) * 300)]))
            }
        }
    }

    @Test func `small matrices are computed with in float32, large ones in integers`() throws {
        let directory = try TemporaryDirectory()
        for (rows, columns, isPacked) in [(16, 1024, false), (1024, 128, false), (512, 256, true)] {
            let path = directory.path("m-\(rows)")
            try Data(count: rows * columns * 2).write(to: URL(filePath: path.text))
            let tensor = try WeightTensor(
                name: "m", shape: [rows, columns], type: .bf16, map: try WeightMap(path: path.text), offset: 0, end: nil
            )
            #expect((tensor.matrix(.integer).packed != nil) == isPacked && tensor.matrix(.float).packed == nil)
        }
    }
}
