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
    func anyPlaced(_ operand: GraphOperand) throws(WeightFileError) -> Placed {
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
    mutating func plain(_ operand: GraphOperand) throws(WeightFileError) -> (Placed, GraphPlace) {
        let value = try placed(operand)
        let plain = try inOrder(value, Array(0..<value.shape.count))
        guard case .numbers(let place) = plain.content else { throw fault("a constant stands where none may") }
        return (plain, place)
    }

    /// A picture, channels last.
    mutating func picture(_ operand: GraphOperand) throws(WeightFileError) -> (PictureShape, GraphPlace) {
        let value = try placed(operand)
        guard value.shape.count == 4 else { throw fault("a picture has not four sides") }
        guard case .numbers(let place) = try inOrder(value, Self.pictureOrder).content else {
            throw fault("a constant stands where none may")
        }
        return (Self.pictureShape(value), place)
    }

    static func pictureShape(_ value: Placed) -> PictureShape {
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
        case .depthwiseChain(let chain): return try planned(chain, first)
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
}
