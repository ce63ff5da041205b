/// Neighbouring steps that look at few rows of a picture at a time, run strip by strip: what lies between them is a network's
/// largest values, and of those only a strip is ever there.
struct GraphBand: Sendable {
    enum Operation: Sendable {
        case convolution(Convolution)
        case chain(PointwiseChain)
        case depthwiseChain(DepthwiseChain)
        case spread(SpreadConvolution)
        case pool(WindowGeometry, isMaximum: Bool)
    }

    /// A picture, or the strip of one that is there.
    struct Buffer: Sendable {
        var shape: PictureShape
        var place: GraphPlace
        var isStrip: Bool
        /// Numbers of a row.
        var width: Int { shape.columns * shape.channels }
    }

    struct Step: Sendable {
        var operation: Operation
        /// Buffers whose channels follow each other.
        var inputs: [Int]
        var residual: Int?
        var output: Int
    }

    var buffers: [Buffer] = []
    /// The last one's output is the result, a whole picture.
    var steps: [Step] = []
    /// For each strip of the result the rows of each buffer that are there.
    private var strips: [[Range<Int>]] = []

    /// Cuts the result into strips, so that all buffers' together hold about so many numbers.
    mutating func cut(into limit: Int) {
        guard let last = steps.last else { return }
        let height = buffers[last.output].shape.rows
        let unit: Int
        if case .spread(let convolution) = last.operation { unit = convolution.rows } else { unit = 1 }
        let whole = buffers.filter(\.isStrip).reduce(0) { $0 + $1.width * $1.shape.rows }
        let rows = max(limit * height / max(whole, 1) / unit * unit, unit)
        strips = stride(from: 0, to: height, by: rows).map { rowsNeeded(for: $0..<min($0 + rows, height)) }
    }

    /// Numbers of a buffer's highest strip.
    func stripCount(_ buffer: Int) -> Int {
        (strips.map { $0[buffer].count }.max() ?? 0) * buffers[buffer].width
    }

    private func rowsNeeded(for result: Range<Int>) -> [Range<Int>] {
        var needed = [Range<Int>](repeating: 0..<0, count: buffers.count)
        func note(_ buffer: Int, _ rows: Range<Int>) {
            let known = needed[buffer].isEmpty ? rows : needed[buffer]
            needed[buffer] = min(known.lowerBound, rows.lowerBound)..<max(known.upperBound, rows.upperBound)
        }
        if let last = steps.last { note(last.output, result) }
        for step in steps.reversed() {
            let made = step.operation.rowsMade(for: needed[step.output])
            needed[step.output] = made
            let read = step.operation.rowsRead(for: made, of: buffers[step.inputs[0]].shape.rows)
            for input in step.inputs { note(input, read) }
            if let residual = step.residual { note(residual, made) }
        }
        return needed
    }

    func run(in memory: GraphMemory, on pool: ComputePool) {
        for picture in 0..<(buffers.first?.shape.batch ?? 0) {
            for strip in strips {
                for step in steps { run(step, of: picture, strip, in: memory, on: pool) }
            }
        }
    }

    private func run(
        _ step: Step, of picture: Int, _ strip: [Range<Int>], in memory: GraphMemory, on pool: ComputePool
    ) {
        func numbers(_ index: Int, row: Int) -> UnsafeMutablePointer<Float> {
            let buffer = buffers[index]
            let first = buffer.isStrip ? row - strip[index].lowerBound : picture * buffer.shape.rows + row
            return memory[buffer.place] + first * buffer.width
        }
        let (made, height) = (strip[step.output], buffers[step.inputs[0]].shape.rows)
        let read = step.operation.rowsRead(for: made, of: height)
        var shape = buffers[step.inputs[0]].shape
        (shape.batch, shape.rows) = (1, read.count)
        let out = numbers(step.output, row: made.lowerBound)
        let residual = step.residual.map { UnsafePointer(numbers($0, row: made.lowerBound)) }
        let pieces = step.inputs.map { input in
            PicturePiece(
                numbers: numbers(input, row: read.lowerBound), channels: buffers[input].shape.channels)
        }
        shape.channels = pieces.reduce(0) { $0 + $1.channels }
        switch step.operation {
        case .convolution(var convolution):
            convolution.window = convolution.window.part(making: made, of: height)
            convolution.apply(pieces, shape, residual: residual, to: out, on: pool)
        case .chain(let chain):
            chain.apply(pieces[0].numbers, rows: shape.pixels, residual: residual, to: out, on: pool)
        case .depthwiseChain(var chain):
            chain.window = chain.window.part(making: made, of: height)
            chain.apply(pieces[0].numbers, shape, to: out, on: pool)
        case .spread(let convolution): convolution.apply(pieces[0].numbers, shape, to: out, on: pool)
        case .pool(let window, let isMaximum):
            Pooling.apply(
                pieces[0].numbers, shape, window.part(making: made, of: height), isMaximum: isMaximum, to: out, on: pool
            )
        }
    }
}

extension GraphBand.Operation {
    /// Whether it takes several buffers.
    var joinsInputs: Bool { if case .convolution(let convolution) = self { !convolution.isDepthwise } else { false } }

    /// What it makes of a picture; `nil`: it does not fit.
    func result(of shape: PictureShape) -> PictureShape? {
        var result = shape
        switch self {
        case .convolution(let convolution):
            guard shape.channels == convolution.inputs,
                let (rows, columns) = convolution.window.result(rows: shape.rows, columns: shape.columns)
            else { return nil }
            (result.rows, result.columns, result.channels) = (rows, columns, convolution.outputs)
        case .chain(let chain):
            guard shape.channels == chain.inputs else { return nil }
            result.channels = chain.outputs
        case .depthwiseChain(let chain): return chain.result(of: shape)
        case .spread(let convolution):
            guard shape.channels == convolution.inputs else { return nil }
            result.rows *= convolution.rows
            result.columns *= convolution.columns
            result.channels = convolution.outputs
        case .pool(let window, _):
            guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return nil }
            (result.rows, result.columns) = (rows, columns)
        }
        return result
    }

    /// The rows that come about where these are wanted.
    fileprivate func rowsMade(for rows: Range<Int>) -> Range<Int> {
        guard case .spread(let convolution) = self else { return rows }
        let side = convolution.rows
        return (rows.lowerBound / side * side)..<((rows.upperBound + side - 1) / side * side)
    }

    /// The rows of a picture that these are made of.
    fileprivate func rowsRead(for rows: Range<Int>, of height: Int) -> Range<Int> {
        switch self {
        case .convolution(let convolution): convolution.window.rowsRead(for: rows, of: height)
        case .chain: rows
        case .depthwiseChain(let chain): chain.window.rowsRead(for: rows, of: height)
        case .spread(let convolution): (rows.lowerBound / convolution.rows)..<(rows.upperBound / convolution.rows)
        case .pool(let window, _): window.rowsRead(for: rows, of: height)
        }
    }
}

extension WindowGeometry {
    /// The geometry that makes these results of the rows that they read: nothing lies above but at the picture's edge.
    fileprivate func part(making results: Range<Int>, of height: Int) -> WindowGeometry {
        let reached = rowsReached(for: results)
        var part = self
        part.top = max(-reached.lowerBound, 0)
        part.bottom = max(reached.upperBound - height, 0)
        return part
    }
}
