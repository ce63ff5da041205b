/// Works out for one size of input what each step makes, where it lies, and how it is computed.
///
/// A value's numbers may lie in another order than its axes: pictures lie channels last, and a transposed value is the
/// same numbers under other names until somebody needs them in order.
struct GraphPlanner {
    /// A value with its place.
    struct Placed {
        /// In the order of ONNX's axes.
        var shape: [Int]
        /// The axes in the order in which the numbers lie.
        var order: [Int]
        var content: Content

        enum Content {
            case numbers(GraphPlace)
            case constant([Float])
            /// Sizes, known before anything runs.
            case integers([Int])
            /// Pictures of one size whose channels follow each other, until somebody needs them side by side.
            case pieces([(place: GraphPlace, channels: Int)])
            /// A smaller picture whose pixels are repeated, until somebody needs it in full.
            case enlarged(PictureShape, GraphPlace, rows: Int, columns: Int)
        }

        /// Sides in the order in which the numbers lie.
        var sides: [Int] { order.map { shape[$0] } }
    }

    typealias Kernel = (GraphMemory, ComputePool) -> Void

    static let pictureOrder = [0, 2, 3, 1]

    private let path: String
    var values: [Int: Placed] = [:]
    private(set) var kernels: [Kernel] = []
    private(set) var memory = MemoryPlan()
    /// The operator at hand, for messages.
    private var step = 0

    /// Numbers of values that are not worth keeping whole, and of the strips that are kept instead.
    struct Limits {
        /// Smaller values stay in a third-level cache.
        var whole = 1 << 22
        /// A part of that cache.
        var strips = 1 << 21
    }

    let limits: Limits

    /// The plan for pictures of this size.
    init(_ network: Network, for picture: PictureShape, limits: Limits) throws(WeightFileError) {
        path = network.path
        self.limits = limits
        guard picture.pixels > 0, GraphShape.count([picture.pixels, picture.channels]) != nil else {
            throw .unsupported(network.path, "its input has no or too many pixels")
        }
        let place = GraphPlace(slot: memory.add(picture.count, at: 0))
        input = place
        values[network.input] = Placed(
            shape: [picture.batch, picture.channels, picture.rows, picture.columns], order: Self.pictureOrder,
            content: .numbers(place))
        output = place
        outputShape = []
        while step < network.steps.count {
            let end = try planBand(from: step, of: network)
            if end == step {
                values[network.steps[step].output] = try plan(network.steps[step])
                step += 1
            } else {
                step = end
            }
        }
        guard let result = values[network.output] else { throw .malformed(path, "nothing makes its output") }
        let plain = try inOrder(result, Array(0..<result.shape.count))
        guard case .numbers(let place) = plain.content else { throw fault("its output is a constant") }
        output = place
        outputShape = plain.shape
        memory.use(place.slot, at: kernels.count)
        memory.assign()
        guard memory.count <= GraphShape.limit else { throw fault("all results together are too large") }
    }

    let input: GraphPlace
    private(set) var output: GraphPlace
    private(set) var outputShape: [Int]

    func fault(_ what: String) -> WeightFileError { .unsupported(path, "at step \(step), \(what)") }

    // MARK: Places

    /// A new place that the next kernel writes.
    ///
    /// - `others`: places that it reads number by number before it writes there, and may write over.
    mutating func newPlace(
        _ shape: [Int], over others: [GraphPlace] = []
    ) throws(WeightFileError) -> GraphPlace {
        guard let count = GraphShape.count(shape) else { throw fault("a result is too large") }
        let slots = others.filter { $0.offset == 0 }.map(\.slot)
        return GraphPlace(slot: memory.add(count, at: kernels.count, over: slots))
    }

    /// Adds a kernel that reads these places.
    mutating func compute(reading places: [GraphPlace], _ kernel: @escaping Kernel) {
        for place in places { memory.use(place.slot, at: kernels.count) }
        kernels.append(kernel)
    }

    /// An operand whose numbers lie together.
    mutating func placed(_ operand: GraphOperand) throws(WeightFileError) -> Placed {
        var placed = try anyPlaced(operand)
        switch placed.content {
        case .numbers, .constant, .integers: return placed
        case .pieces(let pieces): placed.content = .numbers(try joined(pieces, placed))
        case .enlarged(let shape, let from, let rows, let columns):
            let to = try newPlace(placed.shape)
            compute(reading: [from]) { memory, pool in
                Enlargement.apply(memory[from], shape, rows: rows, columns: columns, to: memory[to], on: pool)
            }
            placed.content = .numbers(to)
        }
        if let value = operand.value { values[value] = placed }
        return placed
    }

    /// An operand as it was made.
    private func anyPlaced(_ operand: GraphOperand) throws(WeightFileError) -> Placed {
        switch operand {
        case .value(let value):
            guard let placed = values[value] else { throw fault("a value is used before it is made") }
            return placed
        case .constant(let constant):
            let order = Array(0..<constant.shape.count)
            switch constant.numbers {
            case .floats(let numbers): return Placed(shape: constant.shape, order: order, content: .constant(numbers))
            case .integers(let numbers):
                return Placed(shape: constant.shape, order: order, content: .integers(numbers))
            }
        }
    }

    mutating func integers(_ operand: GraphOperand) throws(WeightFileError) -> [Int] {
        guard case .integers(let numbers) = try placed(operand).content else { throw fault("sizes are not known") }
        return numbers
    }

    /// The same numbers in this order of axes; copied only where it matters.
    mutating func inOrder(_ value: Placed, _ order: [Int]) throws(WeightFileError) -> Placed {
        guard case .numbers(let from) = value.content else {
            guard case .constant(let numbers) = value.content else { throw fault("sizes are used as numbers") }
            return Placed(
                shape: value.shape, order: order,
                content: .constant(Permutation.reference(numbers, value.sides, Self.moves(value.order, order))))
        }
        func lasting(_ order: [Int]) -> [Int] { order.filter { value.shape[$0] != 1 } }
        if lasting(value.order) == lasting(order) {
            return Placed(shape: value.shape, order: order, content: value.content)
        }
        let to = try newPlace(value.shape)
        let (sides, moves) = (value.sides, Self.moves(value.order, order))
        compute(reading: [from]) { memory, pool in
            Permutation.apply(memory[from], sides, moves, to: memory[to], on: pool)
        }
        return Placed(shape: value.shape, order: order, content: .numbers(to))
    }

    /// For each side of the result the side of the source.
    private static func moves(_ from: [Int], _ to: [Int]) -> [Int] { to.map { from.firstIndex(of: $0) ?? 0 } }

    /// A value that is computed, in the order of its axes.
    private mutating func plain(_ operand: GraphOperand) throws(WeightFileError) -> (Placed, GraphPlace) {
        let value = try placed(operand)
        let plain = try inOrder(value, Array(0..<value.shape.count))
        guard case .numbers(let place) = plain.content else { throw fault("a constant stands where none may") }
        return (plain, place)
    }

    /// A picture, channels last.
    private mutating func picture(_ operand: GraphOperand) throws(WeightFileError) -> (PictureShape, GraphPlace) {
        let value = try placed(operand)
        guard value.shape.count == 4 else { throw fault("a picture has not four sides") }
        guard case .numbers(let place) = try inOrder(value, Self.pictureOrder).content else {
            throw fault("a constant stands where none may")
        }
        return (Self.pictureShape(value), place)
    }

    private static func pictureShape(_ value: Placed) -> PictureShape {
        PictureShape(batch: value.shape[0], rows: value.shape[2], columns: value.shape[3], channels: value.shape[1])
    }

    func asValue(_ picture: PictureShape, _ place: GraphPlace) -> Placed {
        Placed(
            shape: [picture.batch, picture.channels, picture.rows, picture.columns], order: Self.pictureOrder,
            content: .numbers(place))
    }

    // MARK: Steps

    private mutating func plan(_ step: GraphStep) throws(WeightFileError) -> Placed {
        guard let first = step.inputs.first else { throw fault("an operator has no input") }
        switch step.operation {
        case .convolution(let convolution): return try planned(convolution, step.inputs)
        case .chain(let chain): return try planned(chain, step.inputs)
        case .spread(let convolution): return try planned(convolution, first)
        case .pool(let window, let isMaximum): return try pooled(first, window, isMaximum)
        case .pictureMean: return try meanOfPicture(first)
        case .enlarge(let rows, let columns): return try enlarged(first, rows, columns)
        case .concatenate(let axis): return try concatenated(step.inputs, axis)
        case .combine(let kind): return try combined(kind, step.inputs)
        case .function(let function): return try applied(function, first)
        case .linear(let weights, let function): return try linear(first, weights, function)
        case .product: return try product(step.inputs)
        case .softmax(let axis): return try softmax(first, axis)
        case .layerNorm(let gain, let bias, let epsilon): return try layerNorm(first, gain, bias, epsilon)
        case .reshape: return try reshaped(step.inputs)
        case .transpose(let order): return try transposed(first, order)
        case .squeeze(let axes): return try squeezed(first, axes)
        case .unsqueeze(let axes): return try unsqueezed(first, axes)
        case .slice: return try sliced(step.inputs)
        case .shape:
            let shape = try placed(first).shape
            return Placed(shape: [shape.count], order: [0], content: .integers(shape))
        case .cast:
            let value = try placed(first)
            guard case .integers = value.content else { throw fault("numbers are turned into others") }
            return value
        }
    }

    private mutating func planned(
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

    private mutating func planned(
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

    /// A second input, which is added to a result of this size.
    private mutating func residual(
        _ inputs: [GraphOperand], of result: PictureShape
    ) throws(WeightFileError) -> [GraphPlace] {
        guard inputs.count == 2 else { return [] }
        let (other, place) = try picture(inputs[1])
        guard other == result else { throw fault("a sum has two sizes") }
        return [place]
    }

    private mutating func planned(
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

    private mutating func pooled(
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

    private mutating func meanOfPicture(_ input: GraphOperand) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        let to = try newPlace([shape.batch, shape.channels])
        compute(reading: [from]) { memory, pool in Pooling.mean(memory[from], shape, to: memory[to], on: pool) }
        return asValue(PictureShape(batch: shape.batch, rows: 1, columns: 1, channels: shape.channels), to)
    }

    private mutating func enlarged(
        _ input: GraphOperand, _ rows: Int, _ columns: Int
    ) throws(WeightFileError) -> Placed {
        let (shape, from) = try picture(input)
        let result = PictureShape(
            batch: shape.batch, rows: shape.rows * rows, columns: shape.columns * columns, channels: shape.channels)
        return Placed(
            shape: [result.batch, result.channels, result.rows, result.columns], order: Self.pictureOrder,
            content: .enlarged(shape, from, rows: rows, columns: columns))
    }

    private mutating func concatenated(_ inputs: [GraphOperand], _ axis: Int) throws(WeightFileError) -> Placed {
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
    private mutating func joined(
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

    private mutating func combined(_ kind: Combination, _ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
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

    private mutating func applied(_ function: Pointwise, _ input: GraphOperand) throws(WeightFileError) -> Placed {
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

    private mutating func linear(
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

    private mutating func product(_ inputs: [GraphOperand]) throws(WeightFileError) -> Placed {
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

    private mutating func softmax(_ input: GraphOperand, _ axis: Int) throws(WeightFileError) -> Placed {
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

    private mutating func layerNorm(
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
}
