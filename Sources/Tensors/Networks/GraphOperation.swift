/// What a step of a network does. Source: the operators of ONNX, opset 11; some steps are several operators at once.
enum GraphOperation: Sendable {
    /// Of a picture; a second input is a residual that is added to the result.
    case convolution(Convolution)
    /// Of each pixel of a picture, twice; a second input is a residual.
    case chain(PointwiseChain)
    /// Of each pixel of a picture, then of each channel.
    case depthwiseChain(DepthwiseChain)
    /// Of a picture, with a window that never overlaps itself.
    case spread(SpreadConvolution)
    case pool(WindowGeometry, isMaximum: Bool)
    /// Over rows and columns of a picture.
    case pictureMean
    /// Each pixel repeated.
    case enlarge(rows: Int, columns: Int)
    case concatenate(axis: Int)
    case combine(Combination)
    case function(Pointwise)
    /// Of the last axis with constant weights.
    case linear(PackedWeights, Pointwise)
    /// Of two matrices, or stacks of them.
    case product
    case softmax(axis: Int)
    /// Over the last axis.
    case layerNorm(gain: [Float], bias: [Float], epsilon: Float)
    case reshape
    case transpose([Int])
    case squeeze([Int])
    case unsqueeze([Int])
    case slice
    /// The sizes of the input as numbers.
    case shape
    /// Sizes stay sizes.
    case cast
}

/// Two numbers to one, with broadcasting.
enum Combination: String, Sendable {
    case add = "Add"
    case subtract = "Sub"
    case multiply = "Mul"
    case divide = "Div"

    func reference(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        }
    }

    func integers(_ a: Int, _ b: Int) -> Int? {
        switch self {
        case .add: a &+ b
        case .subtract: a &- b
        case .multiply: a &* b
        case .divide: b == 0 ? nil : a / b
        }
    }
}

/// What an operator works on.
enum GraphOperand: Sendable {
    /// The result of a step, or the network's input, by number.
    case value(Int)
    case constant(GraphConstant)

    var value: Int? { if case .value(let value) = self { value } else { nil } }
    var constant: GraphConstant? { if case .constant(let constant) = self { constant } else { nil } }
}

/// An operation with what it works on.
struct GraphStep: Sendable {
    var operation: GraphOperation
    var inputs: [GraphOperand]
    var output: Int
}
