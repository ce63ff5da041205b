/// Operators on the numbers of a value, in the order of its axes: products, and what is done row by row.
extension GraphPlanner {
    mutating func linear(
        _ input: GraphOperand, _ weights: PackedWeights, _ function: Pointwise
    ) throws(WeightFileError) -> Placed {
        let (value, from) = try plain(input)
        guard value.shape.last == weights.depth, let count = GraphShape.count(value.shape) else {
            throw fault("a product does not fit its weights")
        }
        let shape = value.shape.dropLast() + [weights.columns]
        let (to, rows) = (try newPlace(Array(shape)), count / weights.depth)
        compute(reading: [from]) { memory, pool in
            PanelProduct.apply(
                memory[from], rows: rows, weights, then: function, residual: nil, to: memory[to], on: pool)
        }
        return Placed(shape: Array(shape), order: Array(0..<shape.count), content: .numbers(to))
    }

    mutating func product(_ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
        let ((a, from), (b, other)) = (try plain(inputs[0]), try plain(inputs[1]))
        let rank = a.shape.count
        guard rank >= 2, b.shape.count == rank, a.shape.dropLast(2) == b.shape.dropLast(2),
            a.shape[rank - 1] == b.shape[rank - 2], a.shape[rank - 1] > 0
        else { throw fault("a product does not fit") }
        let shape = a.shape.dropLast() + [b.shape[rank - 1]]
        let to = try newPlace(Array(shape))
        let matrices = a.shape.dropLast(2).reduce(1, *)
        let (rows, depth, columns) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1])
        compute(reading: [from, other]) { memory, pool in
            MatrixProduct.apply(
                memory[from], memory[other], matrices: matrices, rows: rows, depth: depth, columns: columns,
                to: memory[to], on: pool)
        }
        return Placed(shape: Array(shape), order: Array(0..<rank), content: .numbers(to))
    }

    mutating func softmax(_ input: GraphOperand, _ axis: Int) throws(WeightFileError) -> Placed {
        let (value, from) = try plain(input)
        guard let axis = GraphShape.axis(axis, of: value.shape.count), let count = GraphShape.count(value.shape) else {
            throw fault("there is no such axis")
        }
        // Before opset 13 all axes from this one on are one.
        let (to, width) = (try newPlace(value.shape, over: [from]), value.shape[axis...].reduce(1, *))
        compute(reading: [from]) { memory, pool in
            Softmax.apply(memory[from], rows: count / max(width, 1), columns: width, to: memory[to], on: pool)
        }
        return Placed(shape: value.shape, order: value.order, content: .numbers(to))
    }

    mutating func layerNorm(
        _ input: GraphOperand, _ gain: [Float], _ bias: [Float], _ epsilon: Float
    ) throws(WeightFileError) -> Placed {
        let (value, from) = try plain(input)
        guard value.shape.last == gain.count, gain.count > 0, let count = GraphShape.count(value.shape) else {
            throw fault("a layer norm does not fit")
        }
        let to = try newPlace(value.shape)
        compute(reading: [from]) { memory, pool in
            LayerNorm.apply(
                memory[from], rows: count / gain.count, gain: gain, bias: bias, epsilon: epsilon, to: memory[to],
                on: pool)
        }
        return Placed(shape: value.shape, order: value.order, content: .numbers(to))
    }

    mutating func applied(_ function: Pointwise, _ input: GraphOperand) throws(WeightFileError) -> Placed {
        let value = try placed(input)
        guard case .numbers(let from) = value.content, let count = GraphShape.count(value.shape) else {
            throw fault("a constant stands where none may")
        }
        let to = try newPlace(value.shape, over: [from])
        compute(reading: [from]) { memory, pool in
            if memory[to] != memory[from] { memory[to].update(from: memory[from], count: count) }
            function.apply(memory[to], count, on: pool)
        }
        return Placed(shape: value.shape, order: value.order, content: .numbers(to))
    }
}
