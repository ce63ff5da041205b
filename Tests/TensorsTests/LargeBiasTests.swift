import CKernels
import TestSupport
import Testing

@testable import Tensors

/// The reader's shares were off by 1.3e-4 where onnxruntime's were by 2.6e-5: its biases are up to a thousand times as large
/// as the products that are added, and each addition was rounded as the bias is.
struct LargeBiasTests {
    private static let bias: Float = 1500

    /// Half of it is the addition of the bias; 800 products, whose sums stay below 40, are off by less than the other half.
    private static let bound = bias.ulp

    private func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var rng = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: -1...1, using: &rng) }
    }

    private func withFinish(biases count: Int, _ work: (inout kernel_finish) -> Void) {
        [Float](repeating: Self.bias, count: count).withUnsafeBufferPointer { bias in
            var finish = kernel_finish(bias: bias.baseAddress, kind: Int32(KERNEL_NOTHING.rawValue), a: 0, b: 0)
            work(&finish)
        }
    }

    @Test(arguments: [false, true]) func `products lose no digits to the bias`(isNarrow: Bool) {
        let (panel, depth) = (Int(KERNEL_PANEL), 800)
        // One panel, a panel and a half, two; a tile in whole and in part.
        for (rows, columns) in [(12, panel), (12, panel + 8), (12, 2 * panel), (5, 2 * panel)] {
            let padded = (columns + panel - 1) / panel * panel
            let (x, panels) = (numbers(rows * depth, seed: 1), numbers(padded * depth, seed: 2))
            var result = [Float](repeating: 0, count: rows * columns)
            x.withUnsafeBufferPointer { x in
                let runs = [kernel_run(x: x.baseAddress, step: depth, start: 0, depth: depth)]
                withFinish(biases: padded) { finish in
                    (isNarrow ? kernel_run_product_narrow : kernel_run_product)(
                        runs, 1, rows, depth, panels, columns, &finish, nil, &result, columns)
                }
            }
            for (place, number) in result.enumerated() {
                let (row, column) = (place / columns, place % columns)
                let sum = (0..<depth).reduce(Double(Self.bias)) { sum, k in
                    sum + Double(x[row * depth + k])
                        * Double(panels[(column / panel * depth + k) * panel + column % panel])
                }
                #expect(abs(Double(number) - sum) <= Double(Self.bound), "\(rows) × \(columns): \(place)")
            }
        }
    }

    @Test(arguments: [false, true]) func `windows lose no digits to the bias`(isNarrow: Bool) {
        let (side, channels, count) = (7, 20, 8)
        let width = count + side - 1
        let (x, weight) = (numbers(side * width * channels, seed: 3), numbers(side * side * channels, seed: 4))
        var window = kernel_window(
            rows: side, columns: side, stride: 1, channels: channels, x_pixel: channels, pixel: channels,
            x_step: width * channels, weight_step: side * channels, left: 0, width: width)
        var result = [Float](repeating: 0, count: count * channels)
        withFinish(biases: channels) { finish in
            (isNarrow ? kernel_depthwise_narrow : kernel_depthwise)(&window, count, x, weight, &finish, &result)
        }
        for (place, number) in result.enumerated() {
            let (pixel, channel) = (place / channels, place % channels)
            let sum = (0..<(side * side)).reduce(Double(Self.bias)) { sum, tap in
                let at = tap / side * width + pixel + tap % side
                return sum + Double(x[at * channels + channel]) * Double(weight[tap * channels + channel])
            }
            #expect(abs(Double(number) - sum) <= Double(Self.bound), "\(place)")
        }
    }
}
