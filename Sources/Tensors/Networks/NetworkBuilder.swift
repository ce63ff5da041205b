/// Puts a network together step by step, for models whose file holds weights alone. What follows a convolution is folded into it,
/// as with a network of ONNX's.
package struct NetworkBuilder {
    /// The result of a step.
    package struct Value: Sendable {
        fileprivate var number: Int
        /// Numbers of a pixel.
        package fileprivate(set) var channels: Int
    }

    private let path: String
    private var draft = GraphDraft()
    private var count = 1

    /// - `path`: of the weights, for messages.
    package init(path: String) { self.path = path }

    /// The picture.
    package func input(channels: Int) -> Value { Value(number: draft.input, channels: channels) }

    private mutating func add(
        _ operation: GraphDraft.Operation, _ inputs: [Value], _ name: String, channels: Int
    ) -> Value {
        defer { count += 1 }
        draft.steps.append(
            GraphDraft.Step(
                operation: operation, inputs: inputs.map { .value($0.number) }, output: count, name: name))
        return Value(number: count, channels: channels)
    }

    /// A square window over all channels, or over each alone where its weights have one input.
    ///
    /// - `weight`: `[outputs, inputs or 1, side, side]`.
    /// - `padding`: rows above and columns at the left, rows below and columns at the right.
    /// - Throws: where the weights are of another shape.
    package mutating func convolution(
        _ x: Value, _ weight: WeightTensor, stride: Int, padding: (before: Int, after: Int)
    ) throws(WeightFileError) -> Value {
        let shape = weight.shape
        let isDepthwise = shape.count == 4 && shape[1] == 1 && x.channels > 1
        let inputs = isDepthwise ? 1 : x.channels
        guard shape.count == 4, shape[0] > 0, shape[1] == inputs, shape[2] > 0, shape[3] == shape[2],
            !isDepthwise || shape[0] == x.channels
        else {
            throw .wrongShape(weight.name, in: weight.path, is: shape, wanted: [shape.first ?? 1, inputs, 1, 1])
        }
        var geometry = WindowGeometry(rows: shape[2], columns: shape[2], rowStride: stride, columnStride: stride)
        (geometry.top, geometry.left) = (padding.before, padding.before)
        (geometry.bottom, geometry.right) = (padding.after, padding.after)
        let window = GraphDraft.Window(
            geometry: geometry, inputs: x.channels, outputs: shape[0], isDepthwise: isDepthwise, isSpreading: false,
            weight: weight.widened(), bias: nil)
        return add(.convolution(window), [x], "convolution", channels: shape[0])
    }

    /// `(x − mean) / √(variance + epsilon) · gain + bias`, channel by channel.
    ///
    /// - Throws: where there are not as many numbers as channels.
    package mutating func batchNorm(
        _ x: Value, gain: WeightTensor, bias: WeightTensor, mean: WeightTensor, variance: WeightTensor,
        epsilon: Double
    ) throws(WeightFileError) -> Value {
        for tensor in [gain, bias, mean, variance] where tensor.shape != [x.channels] {
            throw .wrongShape(tensor.name, in: tensor.path, is: tensor.shape, wanted: [x.channels])
        }
        let (gain, bias, mean, variance) = (gain.widened(), bias.widened(), mean.widened(), variance.widened())
        let scale = gain.indices.map { Double(gain[$0]) / (Double(variance[$0]) + epsilon).squareRoot() }
        let shift = gain.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * scale[$0]) }
        return add(.batchNorm(scale: scale.map(Float.init), shift: shift), [x], "batch norm", channels: x.channels)
    }

    /// Numbers no smaller and no larger than these.
    package mutating func clip(_ x: Value, _ range: ClosedRange<Float>) -> Value {
        add(.ready(.function(.clip(range.lowerBound, range.upperBound))), [x], "clip", channels: x.channels)
    }

    /// The sum of two results of one shape.
    package mutating func sum(_ a: Value, _ b: Value) -> Value {
        add(.ready(.combine(.add)), [a, b], "sum", channels: a.channels)
    }

    /// The mean over rows and columns: a row of channels.
    package mutating func mean(_ x: Value) -> Value {
        let mean = add(.ready(.pictureMean), [x], "mean", channels: x.channels)
        return add(.ready(.squeeze([2, 3])), [mean], "squeeze", channels: x.channels)
    }

    /// A product of a row with weights `[outputs, inputs]`, and a bias.
    ///
    /// - Throws: where the weights are of another shape.
    package mutating func linear(
        _ x: Value, _ weight: WeightTensor, bias: WeightTensor
    ) throws(WeightFileError) -> Value {
        guard weight.shape.count == 2, weight.shape[0] > 0, weight.shape[1] == x.channels else {
            throw .wrongShape(
                weight.name, in: weight.path, is: weight.shape, wanted: [weight.shape.first ?? 1, x.channels])
        }
        let outputs = weight.shape[0]
        guard bias.shape == [outputs] else {
            throw .wrongShape(bias.name, in: bias.path, is: bias.shape, wanted: [outputs])
        }
        let numbers = weight.widened()
        let turned = (0..<numbers.count).map { numbers[$0 % outputs * x.channels + $0 / outputs] }
        return add(
            .linear(weight: turned, depth: x.channels, columns: outputs, bias: bias.widened(), then: .nothing), [x],
            "linear", channels: outputs)
    }

    /// The network that makes this value.
    package func network(making output: Value) throws(WeightFileError) -> Network {
        var draft = draft
        draft.output = output.number
        return try Network(draft, path: path, metadata: [:])
    }
}
