import CKernels
import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// Rows with numbers that dwarf the others, as trained networks have them.
struct RowOutlierTests {
    private static let pool = ComputePool(threads: 2)
    private static let columns = 512
    /// Two in one block, one in the last.
    private static let planted = [40, 41, 511]

    /// Rows of numbers around nought, those of some inputs so many times as large.
    private func rows(_ count: Int, columns: Int = columns, seed: UInt64, times factor: Float) -> [[Float]] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            (0..<columns).map { column in
                let number = Float.random(in: 0.3...1, using: &random) * (Bool.random(using: &random) ? 1 : -1)
                return Self.planted.contains(column) ? number * factor : number
            }
        }
    }

    private func quantised(_ x: [[Float]], limit: Int = 127, on pool: ComputePool = pool) -> QuantisedRows {
        QuantisedRows(x.flatMap(\.self), rows: x.count, columns: x[0].count, limit: limit, on: pool)
    }

    /// A matrix of a type, its numbers at most about 1.
    private func matrix(_ type: DType, rows: Int, columns: Int = columns, _ directory: TemporaryDirectory) throws
        -> WeightMatrix
    {
        var random = SeededGenerator(seed: 5)
        var bytes: [UInt8] = []
        for _ in 0..<(rows * columns / type.blockCount) {
            if type == .f32 {
                withUnsafeBytes(of: Float.random(in: -1...1, using: &random)) { bytes.append(contentsOf: $0) }
                continue
            }
            var block = (0..<type.blockBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
            for place in type.scalePlaces {
                let units: [DType: Float16] = [.q8_0: 1.0 / 128, .q4_0: 1.0 / 8, .q4_k: 1.0 / 1024, .q6_k: 1.0 / 4096]
                let unit = units[type, default: 1].bitPattern
                block[place] = UInt8(unit & 255)
                block[place + 1] = UInt8(unit >> 8)
            }
            bytes += block
        }
        let path = directory.path("w-\(type.rawValue)")
        try Data(bytes).write(to: URL(filePath: path.text))
        return try WeightTensor(
            name: "w", shape: [rows, columns], type: type, map: try WeightMap(path: path.text), offset: 0, end: nil
        ).matrix(.float)
    }

    @Test func `outliers are those of the definition, also where one hides another`() {
        var cases = rows(3, seed: 1, times: 1) + rows(3, seed: 2, times: 1000)
        cases += rows(3, columns: 1000, seed: 3, times: 30)
        cases[4][100] = 20
        cases.append([Float](repeating: 0, count: 512))
        cases.append((0..<600).map { $0 == 77 ? -1 : 0 })
        cases.append((0..<300).map { $0 < 250 ? 0 : Float($0) })
        // Beside 1,000 stands 20, which 1,000 alone would hide.
        #expect(RowOutliers.reference(cases[4]) == [40, 41, 100, 511])
        for row in cases {
            let expected = RowOutliers.reference(row)
            for limit in [63, 127] {
                let left = quantised([row], limit: limit)
                #expect(left.outliers.numbers(row: 0).keys.sorted() == expected)
                for (input, number) in left.outliers.numbers(row: 0) { #expect(number == row[input]) }
                for outlier in expected { #expect(left.numbers(row: 0)[outlier] == 0) }
            }
        }
    }

    @Test(arguments: [Float.infinity, -.infinity, .nan])
    func `what is no number stays in its own row`(number: Float) throws {
        let packed = PackedIntegers(try matrix(.q8_0, rows: 40, try TemporaryDirectory()))
        var x = rows(2, seed: 4, times: 1000)
        let expected = product([x[1]], packed)[0]
        x[0][200] = number
        let actual = product(x, packed)
        #expect(actual[0].allSatisfy { !$0.isFinite })
        #expect(actual[1] == expected)
    }

    /// Without the guard a number beside one of 1,000 was off by up to 4, and most became nought.
    @Test(arguments: [Float(10), 100, 1000, 1e6])
    func `no number of a row is off by more than its ordinary numbers allow`(factor: Float) {
        for limit in [63, 127] {
            let x = rows(4, seed: 6, times: factor)
            let left = quantised(x, limit: limit)
            // The others' root mean square is at most 1, and the largest byte stands for twelve times as much.
            let bound = 12 * 0.5 / Float(limit) * 1.001
            for (row, numbers) in x.enumerated() {
                let outliers = left.outliers.numbers(row: row)
                for (column, actual) in left.numbers(row: row).enumerated() where outliers[column] == nil {
                    #expect(abs(actual - numbers[column]) <= bound)
                }
            }
        }
    }

    @Test(arguments: [DType.f32, .q8_0, .q4_0, .q4_k, .q6_k])
    func `an input's weights are those that were packed`(type: DType) throws {
        let weight = try matrix(type, rows: 37, try TemporaryDirectory())
        let packed = PackedIntegers(weight)
        packed.prepare(on: Self.pool)
        let unpacked = (0..<37).map { packed.unpacked(row: $0) }
        var weights = packed.weights(from: 0)
        for input in 0..<Self.columns {
            var column = [Float](repeating: 7, count: 38)
            kernel_unpack_input(&weights, 37, input, &column)
            #expect(column.map(\.bitPattern) == (unpacked.map { $0[input] } + [7]).map(\.bitPattern))
        }
    }

    private func product(
        _ x: [[Float]], _ packed: PackedIntegers, on pool: ComputePool = pool,
        with instructions: IntegerInstructions = .best
    ) -> [[Float]] {
        let left = quantised(x, limit: instructions.byteLimit(packed.layout), on: pool)
        var out = [Float](repeating: 0, count: x.count * packed.rows)
        IntegerProduct.apply(
            left, rows: x.count, packed, bias: nil, to: &out, .replace, on: pool, with: instructions)
        return stride(from: 0, to: out.count, by: packed.rows).map { Array(out[$0..<($0 + packed.rows)]) }
    }

    /// The planted inputs' own weights are a thousandth of the others', so that all inputs count alike. Without the guard the error
    /// was a quarter of the product, and with rounded weights for outliers as much.
    @Test(arguments: IntegerInstructions.allCases.filter(\.isAvailable), [Float(10), 100, 1000])
    func `planted outliers do no harm to a product, though their weights are small`(
        instructions: IntegerInstructions, factor: Float
    ) throws {
        let directory = try TemporaryDirectory()
        var random = SeededGenerator(seed: 8)
        let weights = (0..<300).map { _ in
            (0..<Self.columns).map { column in
                Float.random(in: -1...1, using: &random) / (Self.planted.contains(column) ? factor : 1)
            }
        }
        let path = directory.path("w")
        try Data(weights.flatMap(\.self).withUnsafeBytes { Array($0) }).write(to: URL(filePath: path.text))
        let packed = PackedIntegers(
            try WeightTensor(
                name: "w", shape: [300, Self.columns], type: .f32, map: try WeightMap(path: path.text), offset: 0,
                end: nil
            ).matrix(.float))
        let x = rows(200, seed: 9, times: factor)
        let expected = Linear.reference(x, weight: weights, bias: nil).flatMap(\.self)
        let actual = product(x, packed, with: instructions).flatMap(\.self)
        let error = zip(actual, expected).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        let size = expected.reduce(0.0) { $0 + Double($1) * Double($1) }
        // Of ordinary numbers a byte is off by 1/√12 of a limit-th of the block's largest, here about 1.4 times the root mean
        // square, and a weight likewise. An outlier that is just none, twelve times the others, makes its block's nine times worse:
        // two of sixteen blocks, 3.2 times in all.
        let limit = Double(instructions.byteLimit(packed.layout))
        let ordinary = 1.4 / 12.0.squareRoot() * (1 / (limit * limit) + 1.0 / (127 * 127)).squareRoot()
        #expect((error / size).squareRoot() < 3.2 * ordinary)
    }

    @Test(arguments: [DType.f32, .q8_0, .q4_0, .q4_k, .q6_k])
    func `a row with outliers is the same in any company, on any threads`(type: DType) throws {
        let packed = PackedIntegers(try matrix(type, rows: 300, try TemporaryDirectory()))
        var x = rows(9, seed: 10, times: 500)
        x[2][7] = 900
        x[3] = rows(1, seed: 11, times: 1)[0]
        let all = product(x, packed, on: ComputePool(threads: 3))
        for row in x.indices { #expect(product([x[row]], packed, on: ComputePool(threads: 1))[0] == all[row]) }
    }

    @Test func `more inputs with outliers than are kept are computed alike`() throws {
        let packed = PackedIntegers(try matrix(.f32, rows: 40, try TemporaryDirectory()))
        let x = (0..<150).map { row in
            var numbers = rows(1, seed: UInt64(row), times: 1)[0]
            numbers[row * 3] = 5000
            return numbers
        }
        let first = product(x, packed)
        #expect(packed.outlierWeights?.keptCount == OutlierWeights.limit)
        #expect(product(x, packed) == first && product([x[149]], packed)[0] == first[149])
    }
}
