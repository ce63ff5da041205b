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

    @Test func `only what widens much becomes one step`() throws {
        for (outputs, isOne) in [(9, true), (8, false)] {
            var draft = GraphDraft()
            for (index, isDepthwise) in [false, true].enumerated() {
                let side = isDepthwise ? 3 : 1
                let window = GraphDraft.Window(
                    geometry: WindowGeometry(rows: side, columns: side), inputs: isDepthwise ? outputs : 3,
                    outputs: outputs, isDepthwise: isDepthwise, isSpreading: false,
                    weight: [Float](repeating: 1, count: outputs * (isDepthwise ? 9 : 3)))
                draft.steps.append(
                    GraphDraft.Step(
                        operation: .convolution(window), inputs: [.value(index)], output: index + 1, name: ""))
            }
            draft.output = 2
            let network = try Network(draft, path: "", metadata: [:])
            #expect(network.steps.count == (isOne ? 1 : 2))
            let ones = [Float](repeating: 1, count: 4 * 5 * 3)
            let result = try NetworkRunner(network, on: pool).run(ones, batch: 1, rows: 4, columns: 5, channels: 3)
            #expect(result.numbers == [Float](repeating: 27, count: 2 * 3 * outputs))
        }
    }
}
