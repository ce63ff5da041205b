import CKernels

/// A picture of channels-last numbers: `[batch, rows, columns, channels]`.
struct PictureShape: Sendable, Equatable {
    var batch: Int
    var rows: Int
    var columns: Int
    var channels: Int

    var pixels: Int { batch * rows * columns }
    var count: Int { pixels * channels }
}

/// Some channels of a picture, in memory of their own.
struct PicturePiece {
    var numbers: UnsafePointer<Float>
    var channels: Int
}

/// A convolution with a bias and a function of the sums. Source: ONNX, Conv-11.
///
/// - Shapes: `x` `[batch, rows, columns, inputs]`, the weight as ONNX has it, `[outputs, inputs / groups, rows, columns]`.
/// - Groups are one, or one for each channel (depthwise).
struct Convolution: Sendable {
    var window: WindowGeometry
    let inputs: Int
    let outputs: Int
    let function: Pointwise
    private let kind: Kind

    private enum Kind: Sendable {
        case dense(PackedWeights)
        case depthwise(DepthwiseWeights)
    }

    var isDepthwise: Bool { if case .depthwise = kind { true } else { false } }

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
            kind = .depthwise(DepthwiseWeights(window, channels: outputs, weight: weight, bias: bias))
        } else {
            // Tap after tap, the channels of each side by side: as a window's row lies in the picture.
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

    /// The fast version. `residual` is laid out as `out`; depthwise convolutions take none, and one piece.
    ///
    /// - `pieces`: pictures of one size whose channels follow each other.
    func apply(
        _ pieces: [PicturePiece], _ shape: PictureShape, residual: UnsafePointer<Float>?,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return }
        let result = PictureShape(batch: shape.batch, rows: rows, columns: columns, channels: outputs)
        switch kind {
        case .dense(let weights) where window.isPointwise && pieces.count == 1:
            PanelProduct.apply(
                pieces[0].numbers, rows: shape.pixels, weights, then: function, residual: residual, to: out, on: pool)
        case .dense(let weights): slide(pieces, shape, result, weights, residual: residual, to: out, on: pool)
        case .depthwise(let weights):
            precondition(residual == nil && pieces.count == 1)
            pool.run(result.batch * rows) { line, _ in
                let (ys, first) = window.reach(of: line, over: shape.rows, results: rows)
                let row = shape.columns * outputs
                weights.slide(
                    pieces[0].numbers + first * row, pixel: outputs, columns: shape.columns, window, taps: ys,
                    channels: 0..<outputs, then: function, to: out + line * columns * outputs, count: columns)
            }
        }
    }

    /// A row of results at a time. Nothing is unfolded: a row of the window is one piece of the picture.
    private func slide(
        _ pieces: [PicturePiece], _ shape: PictureShape, _ result: PictureShape, _ weights: PackedWeights,
        residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        precondition(pieces.reduce(0) { $0 + $1.channels } == inputs)
        let spans = window.spans(over: shape.columns, results: result.columns)
        pool.run(result.batch * result.rows) { line, _ in
            let (ys, first) = window.reach(of: line, over: shape.rows, results: result.rows)
            for span in spans {
                let at = span.results.lowerBound * window.columnStride - window.left + span.taps.lowerBound
                var runs: [kernel_run] = []
                for (y, row) in zip(ys, first...) {
                    let tap = y * window.columns + span.taps.lowerBound
                    let pixel = row * shape.columns + at
                    if pieces.count == 1 {
                        runs.append(
                            kernel_run(
                                x: pieces[0].numbers + pixel * inputs, step: window.columnStride * inputs,
                                start: tap * inputs, depth: span.taps.count * inputs))
                        continue
                    }
                    for column in 0..<span.taps.count {
                        var start = (tap + column) * inputs
                        for piece in pieces {
                            runs.append(
                                kernel_run(
                                    x: piece.numbers + (pixel + column) * piece.channels,
                                    step: window.columnStride * piece.channels, start: start, depth: piece.channels))
                            start += piece.channels
                        }
                    }
                }
                let place = (line * result.columns + span.results.lowerBound) * outputs
                runs.withUnsafeBufferPointer { runs in
                    weights.multiply(
                        runs, rows: span.results.count, columns: 0..<outputs, then: function,
                        residual: residual.map { $0 + place }, to: out + place, outStride: outputs)
                }
            }
        }
    }
}
