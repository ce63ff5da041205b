import CKernels

/// Weights of a depthwise convolution as the kernel reads them, `[tap, channel]`, with their bias.
///
/// Sendable since nobody writes to it.
final class DepthwiseWeights: @unchecked Sendable {
    let channels: Int
    private let taps: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>?

    /// - `weight`: `[channels, 1, rows, columns]`.
    init(_ window: WindowGeometry, channels: Int, weight: [Float], bias: [Float]?) {
        self.channels = channels
        let count = window.rows * window.columns
        precondition(weight.count == count * channels && bias.map { $0.count == channels } ?? true)
        taps = .allocateLines(count: count * channels)
        for tap in 0..<count {
            for channel in 0..<channels { taps[tap * channels + channel] = weight[channel * count + tap] }
        }
        self.bias = bias.map { bias in
            let copy = UnsafeMutablePointer<Float>.allocateLines(count: channels)
            copy.update(from: bias, count: channels)
            return copy
        }
    }

    deinit {
        taps.deallocate()
        bias?.deallocate()
    }

    /// A row of results, of some channels.
    ///
    /// - `x`: of these channels, the first row that the window meets; its pixels are `pixel` numbers apart, `columns` a row.
    /// - `rows`: the window's rows that lie inside the picture.
    /// - `out`: all channels of the row's `count` pixels.
    func slide(
        _ x: UnsafePointer<Float>, pixel: Int, columns: Int, _ window: WindowGeometry, taps rows: Range<Int>,
        channels range: Range<Int>, then function: Pointwise, to out: UnsafeMutablePointer<Float>, count: Int
    ) {
        let (kind, a, b) = function.code
        var finish = kernel_finish(bias: bias.map { UnsafePointer($0 + range.lowerBound) }, kind: kind, a: a, b: b)
        var part = kernel_window(
            rows: rows.count, columns: window.columns, stride: window.columnStride, channels: range.count,
            x_pixel: pixel, pixel: channels, x_step: columns * pixel, weight_step: window.columns * channels,
            left: window.left, width: columns)
        kernel_depthwise(
            &part, count, x, taps + rows.lowerBound * window.columns * channels + range.lowerBound, &finish,
            out + range.lowerBound)
    }
}
