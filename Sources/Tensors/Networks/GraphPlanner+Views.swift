/// Operators whose result is the input's numbers under other names, or a part of them.
extension GraphPlanner {
    mutating func reshaped(_ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
        guard inputs.count == 2 else { throw fault("a reshape says no shape") }
        let value = try placed(inputs[0])
        guard let shape = GraphShape.reshaped(value.shape, to: try integers(inputs[1])) else {
            throw fault("a reshape does not fit")
        }
        var result = value
        if case .numbers = value.content { result = try inOrder(value, Array(0..<value.shape.count)) }
        return Placed(shape: shape, order: Array(0..<shape.count), content: result.content)
    }

    mutating func transposed(_ input: GraphOperand, _ axes: [Int]) throws(WeightFileError) -> Placed {
        let value = try placed(input)
        guard axes.count == value.shape.count else { throw fault("a transposition does not fit") }
        return Placed(
            shape: axes.map { value.shape[$0] },
            order: value.order.map { axis in axes.firstIndex(of: axis) ?? 0 }, content: value.content)
    }

    mutating func squeezed(_ input: GraphOperand, _ axes: [Int]) throws(WeightFileError) -> Placed {
        let value = try placed(input)
        let dropped = axes.compactMap { GraphShape.axis($0, of: value.shape.count) }
        guard dropped.count == axes.count, dropped.allSatisfy({ value.shape[$0] == 1 }) else {
            throw fault("an axis that is dropped is longer than 1")
        }
        let kept = value.shape.indices.filter { !dropped.contains($0) }
        return Placed(
            shape: kept.map { value.shape[$0] }, order: value.order.compactMap { kept.firstIndex(of: $0) },
            content: value.content)
    }

    mutating func unsqueezed(_ input: GraphOperand, _ axes: [Int]) throws(WeightFileError) -> Placed {
        let value = try placed(input)
        let rank = value.shape.count + axes.count
        let added = axes.compactMap { GraphShape.axis($0, of: rank) }
        guard Set(added).count == axes.count else { throw fault("an axis is added twice") }
        let kept = (0..<rank).filter { !added.contains($0) }
        var shape = [Int](repeating: 1, count: rank)
        for (old, new) in kept.enumerated() { shape[new] = value.shape[old] }
        return Placed(shape: shape, order: added + value.order.map { kept[$0] }, content: value.content)
    }

    mutating func sliced(_ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
        guard inputs.count >= 3 else { throw fault("a slice says no bounds") }
        let value = try placed(inputs[0])
        let (starts, ends) = (try integers(inputs[1]), try integers(inputs[2]))
        let axes = inputs.count > 3 ? try integers(inputs[3]) : Array(0..<starts.count)
        let steps = inputs.count > 4 ? try integers(inputs[4]) : [Int](repeating: 1, count: starts.count)
        guard starts.count == 1, ends.count == 1, axes.count == 1, steps == [1],
            let axis = GraphShape.axis(axes[0], of: value.shape.count)
        else { throw fault("a slice is of a kind that is not known") }
        let side = value.shape[axis]
        let start = min(max(starts[0] < 0 ? starts[0] + side : starts[0], 0), side)
        let end = max(min(ends[0] < 0 ? ends[0] + side : ends[0], side), start)
        var shape = value.shape
        shape[axis] = end - start
        if case .integers(let numbers) = value.content {
            guard value.shape.count == 1, side == numbers.count else { throw fault("a slice is of sizes in rows") }
            return Placed(shape: shape, order: [0], content: .integers(Array(numbers[start..<end])))
        }
        // One piece, where nothing lies before the axis.
        let order = [axis] + value.order.filter { $0 != axis }
        let first = try inOrder(value, order)
        guard case .numbers(var place) = first.content else { throw fault("a constant stands where none may") }
        place.offset += start * order.dropFirst().map { value.shape[$0] }.reduce(1, *)
        return Placed(shape: shape, order: order, content: .numbers(place))
    }
}
