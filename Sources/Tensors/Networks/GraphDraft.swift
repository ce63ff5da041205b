/// A network's operators while they are being put together: constants still in ONNX's layout, so that what follows a
/// convolution can be folded into it.
struct GraphDraft {
    enum Operation {
        case ready(GraphOperation)
        case convolution(Window)
        /// Two that look at single pixels, one after the other.
        case chain(Window, Window)
        /// One that looks at single pixels, then a depthwise one.
        case depthwiseChain(Window, Window)
        /// Of the last axis with constant weights `[depth, columns]`.
        case linear(weight: [Float], depth: Int, columns: Int, bias: [Float]?, then: Pointwise)
        /// `x · scale + shift`, channel by channel.
        case batchNorm(scale: [Float], shift: [Float])
        // Operators that are known only as parts of others.
        case mean(axes: [Int])
        case errorFunction
        case squareRoot
        case power
    }

    /// A convolution, or a spreading one.
    struct Window {
        var geometry: WindowGeometry
        var inputs: Int
        var outputs: Int
        var isDepthwise: Bool
        var isSpreading: Bool
        var weight: [Float]
        var bias: [Float]?
        var function = Pointwise.nothing

        /// Whether each result looks at all channels of one pixel.
        var isOfPixels: Bool { geometry.isPointwise && !isDepthwise && !isSpreading }

        /// Multiplies each output's weights, and adds to its bias.
        mutating func fold(scale: [Float], shift: [Float]) {
            if isSpreading {
                let taps = geometry.rows * geometry.columns
                for place in weight.indices { weight[place] *= scale[place / taps % outputs] }
            } else {
                let size = weight.count / outputs
                for place in weight.indices { weight[place] *= scale[place / size] }
            }
            let old = bias ?? [Float](repeating: 0, count: outputs)
            bias = (0..<outputs).map { old[$0] * scale[$0] + shift[$0] }
        }
    }

    struct Step {
        var operation: Operation
        var inputs: [GraphOperand]
        var output: Int
        /// The operator's name in the file, for messages.
        var name: String

        var constantInput: GraphConstant? { inputs.count == 2 ? inputs[1].constant ?? inputs[0].constant : nil }
        var valueInput: Int? { inputs.count == 2 ? inputs[0].value ?? inputs[1].value : inputs.first?.value }
    }

    var steps: [Step] = []
    var input = 0
    var output = 0
}

extension GraphDraft {
    /// Reads the operators of a file.
    ///
    /// - Throws: where one is not known, or is used in a way that is not; by its name.
    init(_ file: ONNXFile) throws(WeightFileError) {
        guard file.inputs.count == 1, file.outputs.count == 1 else {
            throw .unsupported(file.path, "it has not one input and one output")
        }
        var reader = GraphReader(path: file.path, constants: file.constants)
        input = reader.newValue(named: file.inputs[0])
        for node in file.nodes { try reader.read(node) }
        guard let output = reader.operand(file.outputs[0])?.value else {
            throw .malformed(file.path, "nothing makes its output")
        }
        steps = reader.steps
        self.output = output
    }
}

/// Turns nodes into steps, one after the other.
private struct GraphReader {
    let path: String
    var steps: [GraphDraft.Step] = []
    private var operands: [String: GraphOperand]
    private var count = 0

    init(path: String, constants: [String: GraphConstant]) {
        self.path = path
        operands = constants.mapValues { .constant($0) }
    }

    mutating func newValue(named name: String) -> Int {
        defer { count += 1 }
        operands[name] = .value(count)
        return count
    }

    func operand(_ name: String) -> GraphOperand? { operands[name] }

    private func unsupported(_ node: ONNXFile.Node, _ what: String) -> WeightFileError {
        .unsupported(path, "its operator \(node.type) \(what)")
    }

    mutating func read(_ node: ONNXFile.Node) throws(WeightFileError) {
        guard let name = node.outputs.first, node.outputs.count == 1 else {
            throw unsupported(node, "has not one output")
        }
        var inputs: [GraphOperand] = []
        for input in node.inputs where !input.isEmpty {
            guard let operand = operands[input] else { throw .malformed(path, "nothing makes “\(input.prefix(64))”") }
            inputs.append(operand)
        }
        switch node.type {
        case "Identity" where inputs.count == 1: operands[name] = inputs[0]
        case "Constant":
            guard case .constant(let constant)? = node.attributes["value"] else {
                throw unsupported(node, "has no value")
            }
            operands[name] = .constant(constant)
        case "Reshape" where inputs.allSatisfy { $0.constant != nil }:
            guard inputs.count == 2, let constant = inputs[0].constant, let sides = inputs[1].constant?.integers,
                let shape = GraphShape.reshaped(constant.shape, to: sides)
            else { throw unsupported(node, "does not fit its constant") }
            operands[name] = .constant(GraphConstant(shape: shape, numbers: constant.numbers))
        default:
            let (operation, used) = try operation(node, inputs)
            steps.append(
                GraphDraft.Step(operation: operation, inputs: used, output: newValue(named: name), name: node.type))
        }
    }

    /// The operation with the inputs that remain beside its constants.
    private func operation(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> (GraphDraft.Operation, [GraphOperand]) {
        guard let first = inputs.first else { throw unsupported(node, "has no input") }
        func ready(_ operation: GraphOperation) -> (GraphDraft.Operation, [GraphOperand]) {
            (.ready(operation), [first])
        }
        switch node.type {
        case "Conv": return (.convolution(try convolution(node, inputs)), [first])
        case "ConvTranspose": return (.convolution(try spreading(node, inputs)), [first])
        case "BatchNormalization": return (try batchNorm(node, inputs), [first])
        case "MaxPool": return ready(.pool(try geometry(node, nil), isMaximum: true))
        case "AveragePool":
            let window = try geometry(node, nil)
            guard node.integer("count_include_pad") ?? 0 == 0 || window.isUnpadded else {
                throw unsupported(node, "counts its padding")
            }
            return ready(.pool(window, isMaximum: false))
        case "GlobalAveragePool": return ready(.pictureMean)
        case "ReduceMean":
            guard let axes = node.integers("axes") else { throw unsupported(node, "names no axes") }
            return (.mean(axes: axes), [first])
        case "Resize": return ready(try enlargement(node, inputs))
        case "Concat": return (.ready(.concatenate(axis: try axis(node))), inputs)
        case "Add", "Sub", "Mul", "Div":
            guard inputs.count == 2, let kind = Combination(rawValue: node.type) else {
                throw unsupported(node, "has not two inputs")
            }
            return (.ready(.combine(kind)), inputs)
        case "Pow": return (.power, inputs)
        case "Sqrt": return (.squareRoot, [first])
        case "Erf": return (.errorFunction, [first])
        case "Relu": return ready(.function(.relu))
        case "Sigmoid": return ready(.function(.sigmoid))
        case "HardSigmoid":
            return ready(.function(.hardSigmoid(node.number("alpha") ?? 0.2, node.number("beta") ?? 0.5)))
        case "Clip":
            let bounds = inputs.dropFirst().compactMap { $0.constant?.scalar }
            guard bounds.count == 2 else { throw unsupported(node, "has no constant bounds") }
            return ready(.function(.clip(bounds[0], bounds[1])))
        case "MatMul": return try product(node, inputs)
        case "Softmax": return ready(.softmax(axis: try axis(node)))
        case "Reshape": return (.ready(.reshape), inputs)
        case "Transpose":
            guard let order = node.integers("perm"), order.sorted() == Array(0..<order.count) else {
                throw unsupported(node, "has no order")
            }
            return ready(.transpose(order))
        case "Squeeze": return ready(.squeeze(try axes(node)))
        case "Unsqueeze": return ready(.unsqueeze(try axes(node)))
        case "Slice": return (.ready(.slice), inputs)
        case "Shape": return ready(.shape)
        case "Cast": return ready(.cast)
        default: throw unsupported(node, "is not one that Tintype knows")
        }
    }

    private func axis(_ node: ONNXFile.Node) throws(WeightFileError) -> Int {
        guard let axis = node.integer("axis") else { throw unsupported(node, "names no axis") }
        return axis
    }

    private func axes(_ node: ONNXFile.Node) throws(WeightFileError) -> [Int] {
        guard let axes = node.integers("axes") else { throw unsupported(node, "names no axes") }
        return axes
    }

    /// - `weight`: of a convolution, whose last sides are the window's.
    private func geometry(_ node: ONNXFile.Node, _ weight: GraphConstant?) throws(WeightFileError) -> WindowGeometry {
        let kernel = node.integers("kernel_shape") ?? weight.map { Array($0.shape.suffix(2)) } ?? []
        let strides = node.integers("strides") ?? [1, 1]
        let bounds = 1...1024
        guard kernel.count == 2, strides.count == 2, (kernel + strides).allSatisfy(bounds.contains),
            weight.map({ Array($0.shape.suffix(2)) == kernel }) ?? true
        else { throw unsupported(node, "has no window of rows and columns") }
        guard (node.integers("dilations") ?? [1, 1]) == [1, 1], node.integer("ceil_mode") ?? 0 == 0 else {
            throw unsupported(node, "has a window with gaps or a rounding that is not known")
        }
        var window = WindowGeometry(
            rows: kernel[0], columns: kernel[1], rowStride: strides[0], columnStride: strides[1])
        switch node.text("auto_pad") ?? "NOTSET" {
        case "NOTSET":
            let pads = node.integers("pads") ?? [0, 0, 0, 0]
            // Less than the window, so that each one touches the picture.
            guard pads.count == 4, zip(pads, kernel + kernel).allSatisfy({ (0..<$1).contains($0) }) else {
                throw unsupported(node, "has a padding that is not known")
            }
            (window.top, window.left, window.bottom, window.right) = (pads[0], pads[1], pads[2], pads[3])
        case "SAME_UPPER" where strides == [1, 1]:
            (window.top, window.left) = ((kernel[0] - 1) / 2, (kernel[1] - 1) / 2)
            (window.bottom, window.right) = (kernel[0] / 2, kernel[1] / 2)
        default: throw unsupported(node, "has a padding that is not known")
        }
        return window
    }

    private func convolution(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> GraphDraft.Window {
        guard inputs.count >= 2, let weight = inputs[1].constant, let numbers = weight.floats, weight.shape.count == 4
        else { throw unsupported(node, "has no constant weights") }
        let (outputs, groups) = (weight.shape[0], node.integer("group") ?? 1)
        let isDepthwise = groups > 1
        guard outputs > 0, weight.shape[1] > 0,
            groups == 1 || (groups == outputs && weight.shape[1] == 1)
        else { throw unsupported(node, "has groups that are not known") }
        return GraphDraft.Window(
            geometry: try geometry(node, weight), inputs: isDepthwise ? groups : weight.shape[1], outputs: outputs,
            isDepthwise: isDepthwise, isSpreading: false, weight: numbers,
            bias: try bias(node, inputs, count: outputs))
    }

    private func spreading(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> GraphDraft.Window {
        guard inputs.count >= 2, let weight = inputs[1].constant, let numbers = weight.floats, weight.shape.count == 4,
            weight.shape[0] > 0, weight.shape[1] > 0, node.integer("group") ?? 1 == 1
        else { throw unsupported(node, "has no constant weights") }
        let window = try geometry(node, weight)
        guard window.isUnpadded, window.rowStride == window.rows, window.columnStride == window.columns,
            (node.integers("output_padding") ?? [0, 0]).allSatisfy({ $0 == 0 })
        else { throw unsupported(node, "has a window that overlaps itself") }
        return GraphDraft.Window(
            geometry: window, inputs: weight.shape[0], outputs: weight.shape[1], isDepthwise: false, isSpreading: true,
            weight: numbers, bias: try bias(node, inputs, count: weight.shape[1]))
    }

    private func bias(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand], count: Int
    ) throws(WeightFileError) -> [Float]? {
        guard inputs.count > 2 else { return nil }
        guard let bias = inputs[2].constant?.floats, bias.count == count else {
            throw unsupported(node, "has a bias of another size")
        }
        return bias
    }

    private func batchNorm(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> GraphDraft.Operation {
        let constants = inputs.dropFirst().compactMap { $0.constant?.floats }
        guard constants.count == 4, Set(constants.map(\.count)).count == 1 else {
            throw unsupported(node, "has no constant statistics")
        }
        let (gain, bias, mean, variance) = (constants[0], constants[1], constants[2], constants[3])
        let epsilon = Double(node.number("epsilon") ?? 1e-5)
        let scale = gain.indices.map { Double(gain[$0]) / (Double(variance[$0]) + epsilon).squareRoot() }
        let shift = gain.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * scale[$0]) }
        return .batchNorm(scale: scale.map(Float.init), shift: shift)
    }

    private func enlargement(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> GraphOperation {
        let scales = inputs.last?.constant?.floats ?? []
        guard node.text("mode") ?? "nearest" == "nearest", node.text("nearest_mode") == "floor",
            node.text("coordinate_transformation_mode") == "asymmetric", scales.count == 4, scales[0] == 1,
            scales[1] == 1, scales[2...].allSatisfy({ $0 == $0.rounded() && (1...64).contains($0) })
        else { throw unsupported(node, "does not repeat pixels") }
        return .enlarge(rows: Int(scales[2]), columns: Int(scales[3]))
    }

    private func product(
        _ node: ONNXFile.Node, _ inputs: [GraphOperand]
    ) throws(WeightFileError) -> (GraphDraft.Operation, [GraphOperand]) {
        guard inputs.count == 2 else { throw unsupported(node, "has not two inputs") }
        guard let weight = inputs[1].constant else { return (.ready(.product), inputs) }
        guard let numbers = weight.floats, weight.shape.count == 2, numbers.count > 0 else {
            throw unsupported(node, "has weights that are no matrix")
        }
        return (
            .linear(
                weight: numbers, depth: weight.shape[0], columns: weight.shape[1], bias: nil, then: .nothing),
            [inputs[0]]
        )
    }
}

extension ONNXFile.Node {
    fileprivate func integer(_ name: String) -> Int? {
        if case .integer(let value)? = attributes[name] { value } else { nil }
    }

    fileprivate func number(_ name: String) -> Float? {
        if case .number(let value)? = attributes[name] { value } else { nil }
    }

    fileprivate func text(_ name: String) -> String? {
        if case .text(let value)? = attributes[name] { value } else { nil }
    }

    fileprivate func integers(_ name: String) -> [Int]? {
        if case .integers(let value)? = attributes[name] { value } else { nil }
    }
}

extension WindowGeometry {
    /// Whether nothing lies around the picture.
    var isUnpadded: Bool { top == 0 && left == 0 && bottom == 0 && right == 0 }
}
