import Tensors

/// EfficientNet-Lite: a convolution, blocks that widen, look around, narrow and add themselves to what they began with, the mean
/// over the picture, and a number for each class. Source: Tan & Le 2019; efficientnet-lite-pytorch 0.1.0, model.py.
///
/// Channels and windows are the file's; how often and where the picture shrinks is not in it.
struct EfficientNetLite {
    /// Blocks of one size; the first takes every `stride`th pixel.
    struct Stage: Equatable {
        var blocks: Int
        var stride: Int
    }

    /// Of the larger networks, 2.
    static let lite2 = [
        Stage(blocks: 1, stride: 1), Stage(blocks: 3, stride: 2), Stage(blocks: 3, stride: 2),
        Stage(blocks: 4, stride: 2), Stage(blocks: 4, stride: 1), Stage(blocks: 5, stride: 2),
        Stage(blocks: 1, stride: 1),
    ]

    private let file: PyTorchFile
    private var builder: NetworkBuilder
    /// Rows and columns of the picture at hand.
    private var side: Int

    private static let epsilon = 1e-3
    private static let stemStride = 2

    /// The network for pictures of `side` × `side` pixels: padding depends on it.
    ///
    /// - Throws: where the file lacks a tensor, or has one of another shape.
    static func network(
        _ file: PyTorchFile, stages: [Stage] = lite2, side: Int
    ) throws(WeightFileError) -> Network {
        var network = EfficientNetLite(file: file, side: side)
        let picture = network.builder.input(channels: 3)
        var x = try network.window(picture, "_conv_stem", stride: stemStride, "_bn0", isClipped: true)
        var block = 0
        for stage in stages {
            for place in 0..<stage.blocks {
                x = try network.block(x, "_blocks.\(block).", stride: place == 0 ? stage.stride : 1)
                block += 1
            }
        }
        x = try network.window(x, "_conv_head", stride: 1, "_bn1", isClipped: true)
        let classes = try network.builder.linear(
            network.builder.mean(x), file.tensor("_fc.weight"), bias: file.tensor("_fc.bias"))
        return try network.builder.network(making: classes)
    }

    private init(file: PyTorchFile, side: Int) {
        self.file = file
        self.side = side
        builder = NetworkBuilder(path: file.path)
    }

    /// The first blocks do not widen.
    private mutating func block(
        _ x: NetworkBuilder.Value, _ name: String, stride: Int
    ) throws(WeightFileError) -> NetworkBuilder.Value {
        var y = x
        if file.tensors[name + "_expand_conv.weight"] != nil {
            y = try window(y, name + "_expand_conv", stride: 1, name + "_bn0", isClipped: true)
        }
        y = try window(y, name + "_depthwise_conv", stride: stride, name + "_bn1", isClipped: true)
        y = try window(y, name + "_project_conv", stride: 1, name + "_bn2", isClipped: false)
        return stride == 1 && x.channels == y.channels ? builder.sum(y, x) : y
    }

    /// A convolution whose result has a pixel for every `stride`th one (TensorFlow's `SAME`), normalised, and clipped to 0…6.
    private mutating func window(
        _ x: NetworkBuilder.Value, _ name: String, stride: Int, _ norm: String, isClipped: Bool
    ) throws(WeightFileError) -> NetworkBuilder.Value {
        let weight = try file.tensor(name + ".weight")
        let result = (side + stride - 1) / stride
        let padding = max((result - 1) * stride + (weight.shape.last ?? 1) - side, 0)
        side = result
        let y = try builder.batchNorm(
            builder.convolution(
                x, weight, stride: stride, padding: (before: padding / 2, after: padding - padding / 2)),
            gain: file.tensor(norm + ".weight"), bias: file.tensor(norm + ".bias"),
            mean: file.tensor(norm + ".running_mean"), variance: file.tensor(norm + ".running_var"),
            epsilon: Self.epsilon)
        return isClipped ? builder.clip(y, 0...6) : y
    }
}
