import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Attention, rotary positions, convolution and the delta rule against their definitions.
struct AttentionTests {
    private let pool = ComputePool(threads: 2)

    /// Column blocks of each row.
    private func head(_ rows: [[Float]], _ index: Int, width: Int) -> [[Float]] {
        rows.map { Array($0[(index * width)..<((index + 1) * width)]) }
    }

    @Test(arguments: [[1], [4, 4], [70, 1, 130]])
    func `attention within segments agrees with its definition`(counts: [Int]) {
        var rng = SeededGenerator(seed: 5)
        let (heads, width) = (3, 24)
        let rows = counts.reduce(0, +)
        func matrix() -> [[Float]] { (0..<rows).map { _ in rng.numbers(heads * width, in: -2...2) } }
        let (q, k, v) = (matrix(), matrix(), matrix())
        var segments: [Range<Int>] = []
        for count in counts {
            segments.append((segments.last?.upperBound ?? 0)..<((segments.last?.upperBound ?? 0) + count))
        }
        var out = Tensor(rows: rows, columns: heads * width)
        BidirectionalAttention.apply(
            query: q.tensor, key: k.tensor, value: v.tensor, heads: heads, segments: segments, to: &out, on: pool)
        for segment in segments {
            for index in 0..<heads {
                let part = { (matrix: [[Float]]) in Array(self.head(matrix, index, width: width)[segment]) }
                let expected = BidirectionalAttention.reference(query: part(q), key: part(k), value: part(v))
                let actual = segment.map { Array(out.row($0)[(index * width)..<((index + 1) * width)]) }
                #expect(
                    firstMismatch(actual.flatMap(\.self), expected.flatMap(\.self), relative: 2e-5, floor: 0.1) == nil)
            }
        }
    }

    @Test(arguments: [[1], [65], [3, 1, 70], [64, 64]])
    func `causal attention in any pieces agrees with its definition`(pieces: [Int]) {
        var rng = SeededGenerator(seed: 7)
        let (heads, keyHeads, width) = (4, 2, 32)
        let rows = pieces.reduce(0, +)
        let q = (0..<rows).map { _ in rng.numbers(heads * width, in: -2...2) }
        let k = (0..<rows).map { _ in rng.numbers(keyHeads * width, in: -2...2) }
        let v = (0..<rows).map { _ in rng.numbers(keyHeads * width) }
        var out = Tensor(rows: rows, columns: heads * width)
        var cache = KeyValueCache(columns: keyHeads * width)
        var start = 0
        for count in pieces {
            cache.append(keys: k.tensor, values: v.tensor, rows: start..<(start + count))
            CausalAttention.apply(
                query: q.tensor, rows: start..<(start + count), cache: cache, heads: heads, keyHeads: keyHeads,
                to: &out,
                on: pool)
            start += count
        }
        for index in 0..<heads {
            let expected = CausalAttention.reference(
                query: head(q, index, width: width), key: head(k, index / 2, width: width),
                value: head(v, index / 2, width: width))
            let actual = (0..<rows).map { Array(out.row($0)[(index * width)..<((index + 1) * width)]) }
            #expect(firstMismatch(actual.flatMap(\.self), expected.flatMap(\.self), relative: 2e-5, floor: 0.1) == nil)
        }
    }

    @Test(arguments: [0, 1, 17, 4096, 262_143])
    func `rotary positions agree with their definition`(position: Int) {
        var rng = SeededGenerator(seed: 9)
        let rotary = RotaryEmbedding(width: 64, theta: 1e7)
        let row = rng.numbers(2 * 256)
        var x = [row].tensor
        rotary.apply(&x, rows: 0..<1, headWidth: 256, from: position, on: pool)
        let expected = [row.prefix(256), row.suffix(256)].flatMap { rotary.reference(Array($0), at: position) }
        #expect(firstMismatch(x.numbers, expected, relative: 1e-6, floor: 3) == nil)
        #expect(Array(x.numbers[64..<256]) == Array(row[64..<256]))
    }

    @Test(arguments: [[1], [2, 1], [9], [3, 6], [1, 1, 1, 1, 1, 1, 1, 1, 1]])
    func `the convolution in any pieces agrees with its definition`(pieces: [Int]) {
        var rng = SeededGenerator(seed: 11)
        let (channels, rows) = (37, pieces.reduce(0, +))
        let weights = rng.numbers(channels * 4)
        let u = (0..<rows).map { _ in rng.numbers(channels) }
        let convolution = CausalConvolution(channelMajor: weights, taps: 4)
        var history = Tensor(rows: convolution.historyRows, columns: channels)
        var out = Tensor(rows: rows, columns: channels)
        var start = 0
        for count in pieces {
            convolution.apply(u.tensor, rows: start..<(start + count), history: &history, to: &out, on: pool)
            start += count
        }
        for channel in 0..<channels {
            let expected = CausalConvolution.reference(
                [0, 0, 0] + u.map { $0[channel] }, taps: Array(weights[(channel * 4)..<(channel * 4 + 4)]))
            #expect(firstMismatch((0..<rows).map { out.row($0)[channel] }, expected, relative: 2e-6, floor: 1) == nil)
        }
        let last = ([[Float]](repeating: [Float](repeating: 0, count: channels), count: 3) + u).suffix(3)
        #expect(history.numbers == Array(last.joined()))
    }

    /// Widths that fill the kernel's vectors and blocks of keys, and widths that leave a rest of both.
    @Test(arguments: [(1, 16, 32), (2, 16, 24), (2, 18, 40), (1, 17, 128), (1, 16, 150), (1, 5, 256)])
    func `the delta rule agrees with its definition`(valuesPerKey: Int, keyWidth: Int, valueWidth: Int) {
        var rng = SeededGenerator(seed: 13)
        let rule = DeltaRule(
            keyHeads: 2, valueHeads: 2 * valuesPerKey, keyWidth: keyWidth, valueWidth: valueWidth)
        let inputs = DeltaInputs(rule, rows: 40, &rng)
        let out = inputs.run(rule, on: pool).out
        for head in 0..<rule.valueHeads {
            var memory = [[Double]](repeating: [Double](repeating: 0, count: valueWidth), count: keyWidth)
            for (row, mixed) in inputs.mixed.enumerated() {
                let keyHead = head / valuesPerKey
                let unit = { (start: Int) -> [Double] in
                    let numbers = mixed[start..<(start + keyWidth)].map(Double.init)
                    let length = (numbers.reduce(0) { $0 + $1 * $1 } + 1e-6).squareRoot()
                    return numbers.map { $0 / length }
                }
                let valueStart = 4 * keyWidth + head * valueWidth
                let expected = DeltaRule.reference(
                    state: &memory, query: unit(keyHead * keyWidth).map { $0 / Double(keyWidth).squareRoot() },
                    key: unit((2 + keyHead) * keyWidth),
                    value: mixed[valueStart..<(valueStart + valueWidth)].map(Double.init),
                    logDecay: Double(inputs.decay[row][head]), strength: Double(inputs.strength[row][head]))
                let actual = Array(out[row][(head * valueWidth)..<((head + 1) * valueWidth)])
                #expect(firstMismatch(actual, expected.map { Float($0) }, relative: 1e-5, floor: 0.5) == nil)
            }
        }
    }

    @Test(arguments: [(1, 1), (4, 16), (18, 40), (128, 128), (7, 150)])
    func `the narrow step of the delta rule is the wide one, but for rounding`(keys: Int, values: Int) {
        var rng = SeededGenerator(seed: 18)
        var states = [rng.numbers(keys * values)]
        states.append(states[0])
        var outs = [[Float]](repeating: [Float](repeating: 0, count: values), count: 2)
        for _ in 0..<3 {
            let (query, key, value) = (rng.numbers(keys), rng.numbers(keys), rng.numbers(values))
            kernel_delta_step(&states[0], query, key, value, 0.9, 0.3, &outs[0], keys, values)
            kernel_delta_step_narrow(&states[1], query, key, value, 0.9, 0.3, &outs[1], keys, values)
            for (wide, narrow) in [(outs[0], outs[1]), (states[0], states[1])] {
                let size = wide.map(abs).max() ?? 0
                #expect(zip(wide, narrow).allSatisfy { abs($0 - $1) <= 1e-5 * size })
            }
        }
    }

    @Test func `the delta rule gives the same bits on any number of threads`() {
        var rng = SeededGenerator(seed: 17)
        let rule = DeltaRule(keyHeads: 3, valueHeads: 6, keyWidth: 18, valueWidth: 40)
        let inputs = DeltaInputs(rule, rows: 9, &rng)
        let alone = inputs.run(rule, on: ComputePool(threads: 1))
        for threads in [2, 3] {
            let together = inputs.run(rule, on: ComputePool(threads: threads))
            #expect(together.out == alone.out && together.state == alone.state)
        }
    }
}

/// Random inputs of the delta rule.
private struct DeltaInputs {
    let mixed, decay, strength: [[Float]]

    init(_ rule: DeltaRule, rows: Int, _ rng: inout SeededGenerator) {
        mixed = (0..<rows).map { _ in rng.numbers(rule.mixedColumns) }
        decay = (0..<rows).map { _ in rng.numbers(rule.valueHeads, in: -1.5...0) }
        strength = (0..<rows).map { _ in rng.numbers(rule.valueHeads, in: 0...1) }
    }

    /// The rows' outputs and the memory after them, from an empty one on.
    func run(_ rule: DeltaRule, on pool: ComputePool) -> (out: [[Float]], state: [Float]) {
        var state = rule.emptyState()
        var out = Tensor(rows: mixed.count, columns: rule.valueHeads * rule.valueWidth)
        rule.apply(
            mixed.tensor, logDecay: decay.tensor, strength: strength.tensor, rows: mixed.indices, state: &state,
            to: &out, on: pool)
        let rows = mixed.indices.map { Array(out.row($0)) }
        return (rows, state.numbers)
    }
}
