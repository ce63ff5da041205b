/// A transposed convolution whose window is as large as its stride: each pixel becomes a block of pixels of its own.
/// Source: ONNX, ConvTranspose-11.
///
/// - Shapes: `x` `[batch, rows, columns, inputs]`, the weight as ONNX has it, `[inputs, outputs, rows, columns]`; the result
///   is `rows` times as high and `columns` times as wide.
struct SpreadConvolution: Sendable {
    let rows: Int
    let columns: Int
    let outputs: Int
    let function: Pointwise
    private let weights: PackedWeights

    /// Channels of the picture.
    var inputs: Int { weights.depth }

    /// - `weight`: `[inputs, outputs, rows, columns]`.
    init(
        rows: Int, columns: Int, inputs: Int, outputs: Int, weight: [Float], bias: [Float]?, then function: Pointwise
    ) {
        let taps = rows * columns
        precondition(weight.count == inputs * outputs * taps)
        self.rows = rows
        self.columns = columns
        self.outputs = outputs
        self.function = function
        weights = PackedWeights(
            depth: inputs, columns: taps * outputs,
            bias: bias.map { bias in (0..<(taps * outputs)).map { bias[$0 % outputs] } }
        ) { input, column in weight[(input * outputs + column % outputs) * taps + column / outputs] }
    }

    /// The definition, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(
        _ x: [Float], _ shape: PictureShape, rows: Int, columns: Int, outputs: Int, weight: [Float], bias: [Float]?,
        then function: Pointwise
    ) -> [Float] {
        let (height, width) = (shape.rows * rows, shape.columns * columns)
        return (0..<(shape.batch * height * width * outputs)).map { place in
            let (output, pixel) = (place % outputs, place / outputs)
            let (column, line) = (pixel % width, pixel / width)
            let from = (line / height * shape.rows + line % height / rows) * shape.columns + column / columns
            let tap = line % height % rows * columns + column % columns
            let sum = (0..<shape.channels).reduce(Double(bias?[output] ?? 0)) { sum, input in
                sum + Double(x[from * shape.channels + input])
                    * Double(weight[(input * outputs + output) * rows * columns + tap])
            }
            return function.reference(Float(sum))
        }
    }

    /// The fast version.
    func apply(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let size = weights.columns
        pool.run(shape.batch * shape.rows) { line, worker in
            let blocks = pool.scratch(worker, count: shape.columns * size)
            weights.multiply(
                x + line * shape.columns * shape.channels, stride: shape.channels, rows: shape.columns,
                columns: 0..<size, then: function, residual: nil, to: blocks, outStride: size)
            let run = columns * outputs
            for row in 0..<rows {
                let to = out + (line * rows + row) * shape.columns * run
                for column in 0..<shape.columns {
                    (to + column * run).update(from: blocks + column * size + row * run, count: run)
                }
            }
        }
    }
}
