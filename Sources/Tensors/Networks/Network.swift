/// A network, ready for pictures of any size.
///
/// What it does not know it refuses when it is made, by the operator's name; what does not fit together is refused for a size
/// before anything is computed.
public final class Network: Sendable {
    /// The file it came from, for messages.
    public let path: String
    /// What the maker noted.
    public let metadata: [String: String]
    let steps: [GraphStep]
    /// By value: the steps that look at it.
    let readers: [Int: [Int]]
    let input: Int
    let output: Int

    /// Puts a file's operators together.
    public convenience init(_ file: ONNXFile) throws(WeightFileError) {
        try self.init(try GraphDraft(file), path: file.path, metadata: file.metadata)
    }

    init(_ draft: GraphDraft, path: String, metadata: [String: String]) throws(WeightFileError) {
        self.path = path
        self.metadata = metadata
        input = draft.input
        output = draft.output
        var steps: [GraphStep] = []
        for step in GraphFusion.steps(of: draft) {
            steps.append(
                GraphStep(operation: try Self.operation(step, path), inputs: step.inputs, output: step.output))
        }
        self.steps = steps
        var readers: [Int: [Int]] = [:]
        for (index, step) in steps.enumerated() {
            for value in step.inputs.compactMap(\.value) { readers[value, default: []].append(index) }
        }
        self.readers = readers
    }

    private static func operation(
        _ step: GraphDraft.Step, _ path: String
    ) throws(WeightFileError) -> GraphOperation {
        switch step.operation {
        case .ready(let operation): return operation
        case .chain(let first, let second):
            return .chain(
                PointwiseChain(
                    first.pixelWeights, then: first.function, second.pixelWeights, then: second.function))
        case .depthwiseChain(let first, let second):
            return .depthwiseChain(
                DepthwiseChain(
                    first.pixelWeights, then: first.function, second.geometry,
                    DepthwiseWeights(
                        second.geometry, channels: second.outputs, weight: second.weight, bias: second.bias),
                    then: second.function))
        case .convolution(let window) where window.isSpreading:
            return .spread(
                SpreadConvolution(
                    rows: window.geometry.rows, columns: window.geometry.columns, inputs: window.inputs,
                    outputs: window.outputs, weight: window.weight, bias: window.bias, then: window.function))
        case .convolution(let window):
            return .convolution(
                Convolution(
                    window.geometry, inputs: window.inputs, outputs: window.outputs, isDepthwise: window.isDepthwise,
                    weight: window.weight, bias: window.bias, then: window.function))
        case .linear(let weight, let depth, let columns, let bias, let function):
            return .linear(
                PackedWeights(depth: depth, columns: columns, bias: bias) { weight[$0 * columns + $1] }, function)
        case .mean(axes: [2, 3]): return .pictureMean
        case .batchNorm, .mean, .errorFunction, .squareRoot, .power:
            throw .unsupported(path, "its operator \(step.name) stands where Tintype does not know it")
        }
    }
}

extension GraphDraft.Window {
    /// The weights of a product of pixels.
    fileprivate var pixelWeights: PackedWeights {
        PackedWeights(depth: inputs, columns: outputs, bias: bias) { weight[$1 * inputs + $0] }
    }
}
