/// Operators on pictures, channels last: convolutions, pooling, enlargement.
extension GraphPlanner {
    mutating func planned(
        _ convolution: Convolution, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> Placed {
        let (shape, pieces) = try pieces(inputs[0], areTaken: !convolution.isDepthwise)
        guard shape.channels == convolution.inputs,
            let (rows, columns) = convolution.window.result(rows: shape.rows, columns: shape.columns)
        else { throw fault("a convolution does not fit its picture") }
        let result = PictureShape(batch: shape.batch, rows: rows, columns: columns, channels: convolution.outputs)
        let residual = try residual(inputs, of: result)
        let to = try newPlace([result.count], over: residual)
        compute(reading: pieces.map(\.place) + residual) { memory, pool in
            convolution.apply(
                pieces.map { PicturePiece(numbers: memory[$0.place], channels: $0.channels) }, shape,
                residual: residual.first.map { UnsafePointer(memory[$0]) }, to: memory[to], on: pool)
        }
        return asValue(result, to)
    }

    /// A picture in one piece, or in several where `areTaken`.
    private mutating func pieces(
        _ operand: GraphOperand, areTaken: Bool
    ) throws(WeightFileError) -> (PictureShape, [(place: GraphPlace, channels: Int)]) {
        let value = try anyPlaced(operand)
        if areTaken, case .pieces(let pieces) = value.content { return (Self.pictureShape(value), pieces) }
        let (shape, place) = try picture(operand)
        return (shape, [(place, shape.channels)])
    }

    /// A picture that lies channels last, in one piece or in several; `nil`: it would have to be made first.
    func knownPicture(
        _ operand: GraphOperand
    ) throws(WeightFileError) -> (PictureShape, [(place: GraphPlace, channels: Int)])? {
        let value = try anyPlaced(operand)
        guard value.shape.count == 4, value.order == Self.pictureOrder else { return nil }
        let shape = Self.pictureShape(value)
        switch value.content {
        case .numbers(let place): return (shape, [(place, shape.channels)])
        case .pieces(let pieces): return (shape, pieces)
        default: return nil
        }
    }

    mutating func planned(
        _ chain: PointwiseChain, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(inputs[0])
        guard shape.channels == chain.inputs else { throw fault("a convolution does not fit its picture") }
        var result = shape
        result.channels = chain.outputs
        let residual = try residual(inputs, of: result)
        let to = try newPlace([result.count], over: [from] + residual)
        compute(reading: [from] + residual) { memory, pool in
            chain.apply(
                memory[from], rows: shape.pixels, residual: residual.first.map { UnsafePointer(memory[$0]) },
                to: memory[to], on: pool)
        }
        return asValue(result, to)
    }

    mutating func planned(_ chain: DepthwiseChain, _ input: GraphOperand) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        guard let result = chain.result(of: shape) else { throw fault("a convolution does not fit its picture") }
        let to = try newPlace([result.count])
        compute(reading: [from]) { memory, pool in chain.apply(memory[from], shape, to: memory[to], on: pool) }
        return asValue(result, to)
    }

    /// A second input, which is added to a result of this size.
    private mutating func residual(
        _ inputs: [GraphOperand], of result: PictureShape
    ) throws(WeightFileError) -> [GraphPlace] {
        guard inputs.count == 2 else { return [] }
        let (other, place) = try picture(inputs[1])
        guard other == result else { throw fault("a sum has two sizes") }
        return [place]
    }

    mutating func planned(
        _ convolution: SpreadConvolution, _ input: GraphOperand
    ) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        guard shape.channels == convolution.inputs else { throw fault("a convolution does not fit its picture") }
        let result = PictureShape(
            batch: shape.batch, rows: shape.rows * convolution.rows, columns: shape.columns * convolution.columns,
            channels: convolution.outputs)
        let to = try newPlace([result.count])
        compute(reading: [from]) { memory, pool in
            convolution.apply(memory[from], shape, to: memory[to], on: pool)
        }
        return asValue(result, to)
    }

    mutating func pooled(
        _ input: GraphOperand, _ window: WindowGeometry, _ isMaximum: Bool
    ) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else {
            throw fault("a window is larger than its picture")
        }
        let result = PictureShape(batch: shape.batch, rows: rows, columns: columns, channels: shape.channels)
        let to = try newPlace([result.count])
        compute(reading: [from]) { memory, pool in
            Pooling.apply(memory[from], shape, window, isMaximum: isMaximum, to: memory[to], on: pool)
        }
        return asValue(result, to)
    }

    mutating func meanOfPicture(_ input: GraphOperand) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        let to = try newPlace([shape.batch, shape.channels])
        compute(reading: [from]) { memory, pool in Pooling.mean(memory[from], shape, to: memory[to], on: pool) }
        return asValue(PictureShape(batch: shape.batch, rows: 1, columns: 1, channels: shape.channels), to)
    }

    mutating func enlarged(
        _ input: GraphOperand, _ rows: Int, _ columns: Int
    ) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        let result = PictureShape(
            batch: shape.batch, rows: shape.rows * rows, columns: shape.columns * columns, channels: shape.channels)
        return Placed(
            shape: [result.batch, result.channels, result.rows, result.columns], order: Self.pictureOrder,
            content: .enlarged(shape, from, rows: rows, columns: columns))
    }
}
