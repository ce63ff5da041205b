import TestSupport
import Testing

@testable import Tensors

/// A product of pixels and a depthwise convolution without what lies between, held to both definitions.
struct DepthwiseChainTests {
    private let pool = ComputePool(threads: 3)

    /// Widths of parts that are whole and that are not, and pictures of one strip and of several.
    @Test(arguments: [(3, 5, 20), (9, 9, 16), (40, 31, 130), (150, 140, 50), (2, 1400, 97)])
    func `widens and looks around`(rows: Int, columns: Int, channels: Int) {
        var rng = SeededGenerator(seed: UInt64(rows))
        for (side, stride) in [(3, 1), (3, 2), (5, 1), (5, 2), (4, 3)] {
            let window = WindowGeometry(
                rows: side, columns: side, rowStride: stride, columnStride: stride, top: side / 2, left: side / 2,
                bottom: side - 1, right: side / 2)
            let shape = PictureShape(batch: 2, rows: rows, columns: columns, channels: 5)
            let (weight, bias) = (numbers(channels * 5, &rng), numbers(channels, &rng))
            let (taps, last) = (numbers(channels * side * side, &rng), numbers(channels, &rng))
            let chain = DepthwiseChain(
                PackedWeights(depth: 5, columns: channels, bias: bias) { weight[$1 * 5 + $0] }, then: .clip(0, 6),
                window, DepthwiseWeights(window, channels: channels, weight: taps, bias: last), then: .silu)
            guard let result = chain.result(of: shape) else { continue }
            let x = numbers(shape.count, &rng)
            let actual = made(result.count) { chain.apply(x, shape, to: $0, on: pool) }
            var between = shape
            between.channels = channels
            let widened = PanelProduct.reference(
                x.rows(of: 5), weight: (0..<5).map { k in (0..<channels).map { weight[$0 * 5 + k] } }, bias: bias,
                then: .clip(0, 6), residual: nil)
            let depthwise = Convolution(
                window, inputs: channels, outputs: channels, isDepthwise: true, weight: taps, bias: last, then: .silu)
            // `Convolution` is held to its definition elsewhere, which is too slow for pictures of several strips.
            let expected = made(result.count) { out in
                Array(widened.joined()).withUnsafeBufferPointer { widened in
                    guard let numbers = widened.baseAddress else { return }
                    depthwise.apply(
                        [PicturePiece(numbers: numbers, channels: channels)], between, residual: nil, to: out, on: pool)
                }
            }
            #expect(isClose(actual, expected, within: 1e-4), "\(window), \(shape)")
        }
    }

    /// Three channels to `outputs`, a look around, and back to two.
    private func network(outputs: Int) throws -> Network {
        var draft = GraphDraft()
        var rng = SeededGenerator(seed: 20)
        for (index, (inputs, outputs, side)) in [(3, outputs, 1), (outputs, outputs, 3), (outputs, 2, 1)].enumerated() {
            let geometry = WindowGeometry(
                rows: side, columns: side, top: side / 2, left: side / 2, bottom: side / 2, right: side / 2)
            let window = GraphDraft.Window(
                geometry: geometry, inputs: inputs, outputs: outputs, isDepthwise: side > 1, isSpreading: false,
                weight: numbers(outputs * (side > 1 ? 9 : inputs), &rng))
            draft.steps.append(
                GraphDraft.Step(operation: .convolution(window), inputs: [.value(index)], output: index + 1, name: ""))
        }
        draft.output = 3
        return try Network(draft, path: "", metadata: [:])
    }

    @Test func `only what widens much becomes one step`() throws {
        #expect(try network(outputs: 9).steps.count == 2)
        #expect(try network(outputs: 8).steps.count == 3)
    }

    @Test(arguments: [1, 500, 3000]) func `strips change no bit, and need less memory`(strips: Int) throws {
        let network = try network(outputs: 40)
        var rng = SeededGenerator(seed: 21)
        let shape = PictureShape(batch: 2, rows: 37, columns: 21, channels: 3)
        let x = numbers(shape.count, &rng)
        let limits = [GraphPlanner.Limits(whole: .max, strips: 0), .init(whole: 0, strips: strips)]
        let results = try limits.map { limits in
            try NetworkRunner(network, on: pool, limits: limits).run(
                x, batch: 2, rows: 37, columns: 21, channels: 3
            ).numbers
        }
        #expect(results[0] == results[1])
        let counts = try limits.map { try GraphPlanner(network, for: shape, limits: $0).memory.count }
        #expect(counts[1] < counts[0], "\(counts)")
    }
}
