/// Operators that make one value of several: joined along an axis, or combined number by number.
extension GraphPlanner {
    mutating func concatenated(_ inputs: [GraphOperand], _ axis: Int) throws(WeightFileError) -> Placed {
        let first = try placed(inputs[0])
        if case .integers = first.content {
            var numbers: [Int] = []
            for input in inputs { numbers += try integers(input) }
            return Placed(shape: [numbers.count], order: [0], content: .integers(numbers))
        }
        guard let axis = GraphShape.axis(axis, of: first.shape.count) else { throw fault("there is no such axis") }
        var shape = first.shape
        shape[axis] = 0
        var pieces: [(place: GraphPlace, channels: Int)] = []
        for input in inputs {
            let value = try placed(input)
            guard value.shape.count == shape.count,
                shape.indices.allSatisfy({ $0 == axis || value.shape[$0] == shape[$0] }),
                case .numbers(let place) = try inOrder(value, first.order).content
            else { throw fault("what is joined does not fit together") }
            shape[axis] += value.shape[axis]
            pieces.append((place, value.shape[axis]))
        }
        var result = Placed(shape: shape, order: first.order, content: .pieces(pieces))
        // Only pictures whose channels are joined can stay in pieces.
        if axis != 1 || first.order != Self.pictureOrder {
            result.content = .numbers(try joined(pieces, result, along: axis))
        }
        return result
    }

    /// Pieces that follow each other along an axis, side by side.
    mutating func joined(
        _ pieces: [(place: GraphPlace, channels: Int)], _ result: Placed, along axis: Int = 1
    ) throws(WeightFileError) -> GraphPlace {
        let (shape, order) = (result.shape, result.order)
        let inner = order.drop { $0 != axis }.dropFirst().map { shape[$0] }.reduce(1, *)
        let outer = order.prefix { $0 != axis }.map { shape[$0] }.reduce(1, *)
        let (to, run) = (try newPlace(shape), shape[axis] * inner)
        compute(reading: pieces.map(\.place)) { memory, _ in
            var start = memory[to]
            for piece in pieces {
                let (from, count) = (memory[piece.place], piece.channels * inner)
                for row in 0..<outer { (start + row * run).update(from: from + row * count, count: count) }
                start += count
            }
        }
        return to
    }

    /// A picture with another laid over it whose pixels are repeated; `nil`: it is something else.
    private mutating func sum(
        _ a: GraphOperand, _ b: GraphOperand
    ) throws(WeightFileError) -> Placed? {
        guard case .enlarged(let small, let other, let rows, let columns) = try anyPlaced(b).content,
            case .numbers = try anyPlaced(a).content, try anyPlaced(a).shape == anyPlaced(b).shape
        else { return nil }
        let (shape, from) = try picture(a)
        let to = try newPlace([shape.count], over: [from])
        compute(reading: [from, other]) { memory, pool in
            Enlargement.add(
                memory[other], small, rows: rows, columns: columns, onto: memory[from], to: memory[to], on: pool)
        }
        return asValue(shape, to)
    }

    mutating func combined(_ kind: Combination, _ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
        if kind == .add {
            if let sum = try sum(inputs[0], inputs[1]) { return sum }
            if let sum = try sum(inputs[1], inputs[0]) { return sum }
        }
        let (a, b) = (try placed(inputs[0]), try placed(inputs[1]))
        if case .integers(let first) = a.content, case .integers(let second) = b.content {
            return try combined(kind, first, second, shape: a.shape.count >= b.shape.count ? a.shape : b.shape)
        }
        guard let sizeOfA = GraphShape.count(a.shape), let sizeOfB = GraphShape.count(b.shape) else {
            throw fault("a value is too large")
        }
        // The larger is taken as it lies; the smaller is spread over it.
        let isSwapped = sizeOfB > sizeOfA
        var (large, small) = isSwapped ? (b, a) : (a, b)
        guard !isSwapped || kind == .add || kind == .multiply, small.shape.count <= large.shape.count else {
            throw fault("what is combined does not fit together")
        }
        let missing = large.shape.count - small.shape.count
        small.order = Array(0..<missing) + small.order.map { $0 + missing }
        small.shape = [Int](repeating: 1, count: missing) + small.shape
        guard zip(small.shape, large.shape).allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw fault("what is combined does not fit together")
        }
        small = try inOrder(small, large.order)
        guard case .numbers(let from) = large.content else { throw fault("constants are combined") }
        let spread = Broadcast(sides: large.sides, smallSides: small.sides)
        // What is spread may be a part of the larger: it is read again and again.
        var isPart = false
        if case .numbers(let other) = small.content { isPart = other.slot == from.slot }
        let to = try newPlace(large.shape, over: isPart ? [] : [from])
        switch small.content {
        case .numbers(let other):
            compute(reading: [from, other]) { memory, pool in
                spread.apply(kind, memory[from], memory[other], to: memory[to], on: pool)
            }
        case .constant(let numbers):
            compute(reading: [from]) { memory, pool in
                numbers.withUnsafeBufferPointer { numbers in
                    guard let other = numbers.baseAddress else { return }
                    spread.apply(kind, memory[from], other, to: memory[to], on: pool)
                }
            }
        case .integers, .pieces, .enlarged: throw fault("sizes are used as numbers")
        }
        return Placed(shape: large.shape, order: large.order, content: .numbers(to))
    }

    private func combined(
        _ kind: Combination, _ a: [Int], _ b: [Int], shape: [Int]
    ) throws(WeightFileError) -> Placed {
        let count = max(a.count, b.count)
        guard !a.isEmpty, !b.isEmpty, a.count == count || a.count == 1, b.count == count || b.count == 1 else {
            throw fault("what is combined does not fit together")
        }
        let numbers = (0..<count).compactMap { kind.integers(a[$0 % a.count], b[$0 % b.count]) }
        guard numbers.count == count else { throw fault("a size is divided by nought") }
        return Placed(shape: shape, order: Array(0..<shape.count), content: .integers(numbers))
    }
}
