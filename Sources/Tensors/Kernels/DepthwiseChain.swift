/// A product of a pixel's channels that makes them more, then a depthwise convolution: `out = g(f(x · W + b) ∗ w + c)`, as an
/// inverted bottleneck begins. What lies between them, a network's largest values, never leaves a thread's cache.
struct DepthwiseChain: Sendable {
    private let product: PackedWeights
    private let productFunction: Pointwise
    var window: WindowGeometry
    private let weights: DepthwiseWeights
    private let function: Pointwise

    /// Numbers between the two of one part of the work: a quarter of a second-level cache of a megabyte.
    private static let between = 1 << 16
    /// Channels that a vector holds, and vectors of a part.
    private static let (block, blocksInPart) = (16, 4)

    /// How many times the product's channels must be those of the picture: with fewer, two steps are as fast.
    static let leastWidening = 3

    /// - Traps unless the convolution takes what the product gives.
    init(
        _ product: PackedWeights, then productFunction: Pointwise, _ window: WindowGeometry,
        _ weights: DepthwiseWeights, then function: Pointwise
    ) {
        precondition(product.columns == weights.channels)
        self.product = product
        self.productFunction = productFunction
        self.window = window
        self.weights = weights
        self.function = function
    }

    var inputs: Int { product.depth }

    var outputs: Int { weights.channels }

    /// What it makes of a picture; `nil`: it does not fit.
    func result(of shape: PictureShape) -> PictureShape? {
        guard shape.channels == inputs, let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns)
        else { return nil }
        return PictureShape(batch: shape.batch, rows: rows, columns: columns, channels: outputs)
    }

    /// The fast version; the definition is that of `Convolution` twice.
    ///
    /// A part is some channels of some rows: of all where they fit, since neighbouring strips compute the rows between them
    /// twice.
    func apply(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        guard let result = result(of: shape) else { return }
        let blocks = (result.channels + Self.block - 1) / Self.block
        // Evenly many, for threads are.
        let groups = min((blocks + 2 * Self.blocksInPart - 1) / (2 * Self.blocksInPart) * 2, blocks)
        let width = (blocks + groups - 1) / groups * Self.block
        let most = max((Self.between / (shape.columns * width) - window.rows) / window.rowStride + 1, 1)
        let strips = (result.rows + most - 1) / most
        pool.run(shape.batch * strips * groups) { part, worker in
            let (group, picture, strip) = (part % groups, part / groups / strips, part / groups % strips)
            let results = (result.rows * strip / strips)..<(result.rows * (strip + 1) / strips)
            let first = blocks * group / groups * Self.block
            let channels = first..<min(blocks * (group + 1) / groups * Self.block, result.channels)
            let read = window.rowsRead(for: results, of: shape.rows)
            let hidden = pool.scratch(worker, count: read.count * shape.columns * channels.count)
            product.multiply(
                x + (picture * shape.rows + read.lowerBound) * shape.columns * inputs, stride: inputs,
                rows: read.count * shape.columns, columns: channels, then: productFunction, residual: nil, to: hidden,
                outStride: channels.count)
            for line in results {
                let (taps, row) = window.reach(of: line, over: shape.rows, results: result.rows)
                weights.slide(
                    hidden + (row - read.lowerBound) * shape.columns * channels.count, pixel: channels.count,
                    columns: shape.columns, window, taps: taps, channels: channels, then: function,
                    to: out + (picture * result.rows + line) * result.columns * result.channels, count: result.columns)
            }
        }
    }
}
