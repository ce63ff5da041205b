import CKernels

/// How a window moves over a picture.
struct WindowGeometry: Sendable, Equatable {
    var rows: Int
    var columns: Int
    var rowStride = 1
    var columnStride = 1
    /// Rows and columns of nothing around the picture.
    var top = 0
    var left = 0
    var bottom = 0
    var right = 0

    /// Rows and columns of the result; `nil`: the window is larger than the picture.
    func result(rows height: Int, columns width: Int) -> (rows: Int, columns: Int)? {
        let (tall, wide) = (height + top + bottom - rows, width + left + right - columns)
        guard tall >= 0, wide >= 0 else { return nil }
        return (tall / rowStride + 1, wide / columnStride + 1)
    }

    var isPointwise: Bool { self == WindowGeometry(rows: 1, columns: 1) }
}

/// A picture of channels-last numbers: `[batch, rows, columns, channels]`.
struct PictureShape: Sendable, Equatable {
    var batch: Int
    var rows: Int
    var columns: Int
    var channels: Int

    var pixels: Int { batch * rows * columns }
    var count: Int { pixels * channels }
}

/// A convolution with a bias and a function of the sums. Source: ONNX, Conv-11.
///
/// - Shapes: `x` `[batch, rows, columns, inputs]`, the weight as ONNX has it, `[outputs, inputs / groups, rows, columns]`.
/// - Groups are one, or one for each channel (depthwise).
struct Convolution: Sendable {
    let window: WindowGeometry
    let inputs: Int
    let outputs: Int
    let function: Pointwise
    private let kind: Kind

    private enum Kind: Sendable {
        case dense(PackedWeights)
        /// `[tap, channel]`
        case depthwise([Float], bias: [Float]?)
    }

    /// - `weight`: `[outputs, inputs / groups, rows, columns]`.
    init(
        _ window: WindowGeometry, inputs: Int, outputs: Int, isDepthwise: Bool, weight: [Float], bias: [Float]?,
        then function: Pointwise
    ) {
        let taps = window.rows * window.columns
        precondition(weight.count == outputs * taps * (isDepthwise ? 1 : inputs) && (!isDepthwise || inputs == outputs))
        self.window = window
        self.inputs = inputs
        self.outputs = outputs
        self.function = function
        if isDepthwise {
            kind = .depthwise(
                (0..<taps).flatMap { tap in (0..<outputs).map { weight[$0 * taps + tap] } }, bias: bias)
        } else {
            // A row of the unfolded picture: tap after tap, the channels of each side by side.
            kind = .dense(
                PackedWeights(depth: taps * inputs, columns: outputs, bias: bias) { k, output in
                    weight[(output * inputs + k % inputs) * taps + k / inputs]
                })
        }
    }

    /// The definition, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(
        _ x: [Float], _ shape: PictureShape, _ window: WindowGeometry, outputs: Int, groups: Int, weight: [Float],
        bias: [Float]?, then function: Pointwise, residual: [Float]?
    ) -> [Float] {
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return [] }
        let (inputsInGroup, outputsInGroup) = (shape.channels / groups, outputs / groups)
        var result: [Float] = []
        for batch in 0..<shape.batch {
            for row in 0..<rows {
                for column in 0..<columns {
                    for output in 0..<outputs {
                        var sum = Double(bias?[output] ?? 0)
                        for y in 0..<window.rows {
                            for x0 in 0..<window.columns {
                                let from = row * window.rowStride + y - window.top
                                let at = column * window.columnStride + x0 - window.left
                                guard 0..<shape.rows ~= from, 0..<shape.columns ~= at else { continue }
                                for input in 0..<inputsInGroup {
                                    let channel = output / outputsInGroup * inputsInGroup + input
                                    let pixel = (batch * shape.rows + from) * shape.columns + at
                                    let tap = (output * inputsInGroup + input) * window.rows + y
                                    sum +=
                                        Double(x[pixel * shape.channels + channel])
                                        * Double(weight[tap * window.columns + x0])
                                }
                            }
                        }
                        result.append(function.reference(Float(sum)) + (residual?[result.count] ?? 0))
                    }
                }
            }
        }
        return result
    }

    /// The fast version. `residual` is laid out as `out`; depthwise convolutions take none.
    func apply(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, residual: UnsafePointer<Float>?,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return }
        let result = PictureShape(batch: shape.batch, rows: rows, columns: columns, channels: outputs)
        switch kind {
        case .dense(let weights) where window.isPointwise:
            PanelProduct.apply(
                x, rows: shape.pixels, weights, then: function, residual: residual, to: out, on: pool)
        case .dense(let weights): unfold(x, shape, result, weights, residual: residual, to: out, on: pool)
        case .depthwise(let weights, let bias):
            precondition(residual == nil)
            weights.withUnsafeBufferPointer { weights in
                (bias ?? []).withUnsafeBufferPointer { bias in
                    guard let base = weights.baseAddress else { return }
                    let (kind, a, b) = function.code
                    let finish = kernel_finish(
                        bias: bias.isEmpty ? nil : bias.baseAddress, kind: kind, a: a, b: b)
                    slide(x, shape, result, base, finish, to: out, on: pool)
                }
            }
        }
    }

    /// Pixels whose windows are unfolded at a time.
    private static let pixelsAtATime = 48

    private func unfold(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, _ result: PictureShape, _ weights: PackedWeights,
        residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let size = Self.pixelsAtATime
        pool.run((result.pixels + size - 1) / size) { part, worker in
            let scratch = pool.scratch(worker, count: size * weights.depth)
            let start = part * size
            let count = min(size, result.pixels - start)
            for pixel in 0..<count {
                gather(x, shape, result, pixel: start + pixel, to: scratch + pixel * weights.depth)
            }
            weights.multiply(
                scratch, stride: weights.depth, rows: count, columns: 0..<outputs, then: function,
                residual: residual.map { $0 + start * outputs }, to: out + start * outputs)
        }
    }

    /// The window of one result as a row; nothing counts as nought.
    private func gather(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, _ result: PictureShape, pixel: Int,
        to row: UnsafeMutablePointer<Float>
    ) {
        let column = pixel % result.columns * window.columnStride - window.left
        let line = pixel / result.columns
        let top = line % result.rows * window.rowStride - window.top
        let picture = x + line / result.rows * shape.rows * shape.columns * inputs
        let (first, last) = (max(-column, 0), min(window.columns, shape.columns - column))
        for y in 0..<window.rows {
            let to = row + y * window.columns * inputs
            guard 0..<shape.rows ~= top + y, first < last else {
                to.update(repeating: 0, count: window.columns * inputs)
                continue
            }
            to.update(repeating: 0, count: first * inputs)
            (to + first * inputs).update(
                from: picture + ((top + y) * shape.columns + column + first) * inputs, count: (last - first) * inputs)
            (to + last * inputs).update(repeating: 0, count: (window.columns - last) * inputs)
        }
    }

    /// A row of results at a time: where the window lies inside the picture all taps count, at its edges some.
    private func slide(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, _ result: PictureShape, _ weights: UnsafePointer<Float>,
        _ finish: kernel_finish, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let channels = outputs
        // The columns of results whose window's columns all lie inside.
        let inside = min((window.left + window.columnStride - 1) / window.columnStride, result.columns)
        let fits = shape.columns + window.left - window.columns
        let outside = fits < 0 ? inside : max(min(fits / window.columnStride + 1, result.columns), inside)
        pool.run(result.batch * result.rows) { line, _ in
            var finish = finish
            let top = line % result.rows * window.rowStride - window.top
            let picture = x + line / result.rows * shape.rows * shape.columns * channels
            let ys = max(-top, 0)..<max(min(window.rows, shape.rows - top), max(-top, 0))
            let row = out + line * result.columns * channels
            func run(_ column: Int, _ count: Int, _ xs: Range<Int>) {
                let at = column * window.columnStride - window.left
                withUnsafeTemporaryAllocation(of: Int.self, capacity: max(ys.count * xs.count, 1)) { taps in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(ys.count * xs.count, 1) * channels) {
                        chosen in
                        var tap = 0
                        let isWhole = ys.count == window.rows && xs.count == window.columns
                        for y in ys {
                            for x0 in xs {
                                taps[tap] = ((top + y) * shape.columns + at + x0) * channels
                                if !isWhole, let base = chosen.baseAddress {
                                    (base + tap * channels).update(
                                        from: weights + (y * window.columns + x0) * channels, count: channels)
                                }
                                tap += 1
                            }
                        }
                        kernel_depthwise(
                            picture, window.columnStride * channels, count, taps.baseAddress, tap,
                            isWhole ? weights : UnsafePointer(chosen.baseAddress), channels, &finish,
                            row + column * channels)
                    }
                }
            }
            func edge(_ columns: Range<Int>) {
                for column in columns {
                    let at = column * window.columnStride - window.left
                    let first = max(-at, 0)
                    run(column, 1, first..<max(min(window.columns, shape.columns - at), first))
                }
            }
            edge(0..<inside)
            if inside < outside { run(inside, outside - inside, 0..<window.columns) }
            edge(outside..<result.columns)
        }
    }
}
