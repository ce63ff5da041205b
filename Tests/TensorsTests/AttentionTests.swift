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

    @Test(arguments: [1, 2]) func `the delta rule agrees with its definition`(valuesPerKey: Int) {
        var rng = SeededGenerator(seed: 13)
        let rule = DeltaRule(keyHeads: 2, valueHeads: 2 * valuesPerKey, keyWidth: 16, valueWidth: 24)
        let rows = 40
        let mixed = (0..<rows).map { _ in rng.numbers(rule.mixedColumns) }
        let decay = (0..<rows).map { _ in rng.numbers(rule.valueHeads, in: -1.5...0) }
        let strength = (0..<rows).map { _ in rng.numbers(rule.valueHeads, in: 0...1) }
        var state = rule.emptyState()
        var out = Tensor(rows: rows, columns: rule.valueHeads * 24)
        rule.apply(
            mixed.tensor, logDecay: decay.tensor, strength: strength.tensor, rows: 0..<rows, state: &state, to: &out,
            on: pool)
        for head in 0..<rule.valueHeads {
            var memory = [[Double]](repeating: [Double](repeating: 0, count: 24), count: 16)
            for row in 0..<rows {
                let keyHead = head / valuesPerKey
                let unit = { (start: Int) -> [Double] in
                    let numbers = mixed[row][start..<(start + 16)].map(Double.init)
                    let length = (numbers.reduce(0) { $0 + $1 * $1 } + 1e-6).squareRoot()
                    return numbers.map { $0 / length }
                }
                let expected = DeltaRule.reference(
                    state: &memory, query: unit(keyHead * 16).map { $0 / 4 }, key: unit(32 + keyHead * 16),
                    value: mixed[row][(64 + head * 24)..<(64 + head * 24 + 24)].map(Double.init),
                    logDecay: Double(decay[row][head]), strength: Double(strength[row][head]))
                let actual = Array(out.row(row)[(head * 24)..<(head * 24 + 24)])
                #expect(firstMismatch(actual, expected.map { Float($0) }, relative: 1e-5, floor: 0.5) == nil)
            }
        }
    }
}
