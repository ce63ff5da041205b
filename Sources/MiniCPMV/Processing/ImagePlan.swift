public import MediaTypes

/// What becomes of a picture of some size: an overview and, of a large one, tiles. Numbers only, no pixels.
///
/// Source: MODEL.md §4. The sizes are the reference's for every picture whose sides differ by less than about
/// `unitPatchLimit` times; a longer one is squeezed along its length until its units keep that limit, because attention
/// over more patches than that ends nowhere. (The reference makes 128,000 patches of a column of a million pixels.)
public struct ImagePlan: Sendable, Equatable {
    /// The size that the whole picture is scaled to.
    public let overview: PixelSize
    /// How the picture is cut as well; `nil` where it is not.
    public let grid: SliceGrid?
    /// The size of each tile; the overview's where there are none.
    public let tile: PixelSize
    /// Pixels on a side of a patch.
    let patchSide: Int
    /// Patches for each row of the language model.
    let patchesPerToken: Int

    /// The most patches of one unit: sixteen times the usual 1,024.
    static let unitPatchLimit = 16384

    /// The plan for a picture of this size.
    ///
    /// - Throws: where the picture has no pixels or an option is out of bounds.
    public init(of size: PixelSize, options: ProcessingOptions, configuration: PreprocessorConfiguration)
        throws(ModelError)
    {
        try options.validate()
        guard size.width > 0, size.height > 0 else { throw .emptyPicture }
        let sizes = UnitSizes(configuration, options.downsampleMode)
        patchSide = configuration.patchSide
        patchesPerToken = options.downsampleMode.patchesPerToken
        overview = sizes.best(width: Double(size.width), height: Double(size.height))
        grid =
            options.sliceMode
            ? SliceGrid(for: size, side: configuration.scaleResolution, limit: options.maxSliceNums) : nil
        guard let grid else {
            tile = overview
            return
        }
        tile = sizes.best(
            width: UnitSizes.aligned(Double(size.width), to: grid.columns) / Double(grid.columns),
            height: UnitSizes.aligned(Double(size.height), to: grid.rows) / Double(grid.rows))
    }

    /// The size of each unit: the overview, then the tiles in raster order.
    public var unitSizes: [PixelSize] { [overview] + Array(repeating: tile, count: grid?.count ?? 0) }

    /// The rows of the language model that the overview becomes.
    public var overviewTokens: Int { tokens(overview) }

    /// The rows of the language model that each tile becomes.
    public var tileTokens: Int { tokens(tile) }

    /// The rows of the language model that all units together become.
    public var tokens: Int { overviewTokens + tileTokens * (grid?.count ?? 0) }

    private func tokens(_ size: PixelSize) -> Int {
        (size.height / patchSide) * (size.width / patchSide) / patchesPerToken
    }
}

/// The sizes that units may have.
private struct UnitSizes {
    let side: Double
    let patchSide: Int
    let gridMultiple: Int

    init(_ configuration: PreprocessorConfiguration, _ mode: DownsampleMode) {
        side = Double(configuration.scaleResolution)
        patchSide = configuration.patchSide
        gridMultiple = mode.gridMultiple
    }

    /// The multiple of `divisor` nearest to `length`, halves to the even multiple, at least one.
    static func aligned(_ length: Double, to divisor: Int) -> Double {
        max((length / Double(divisor)).rounded(.toNearestOrEven), 1) * Double(divisor)
    }

    /// About `side²` pixels in the shape of a picture, each side a multiple of what the merges take.
    ///
    /// The reference leaves small pictures as they are unless it "may scale up"; it always may where a picture is not
    /// cut, and pictures that are cut are not small, so there is one case. Either side may come out as 0 here: one
    /// multiple it is then.
    func best(width: Double, height: Double) -> PixelSize {
        let aspect = width / height
        let tall = (side / aspect.squareRoot()).rounded(.towardZero)
        let wide = (tall * aspect).rounded(.towardZero)
        let multiple = patchSide * gridMultiple
        // No side that is left to choose comes near this, and everything up to it converts and multiplies safely.
        let bound = Double(Int32.max)
        return squeezed(
            PixelSize(
                width: Int(min(Self.aligned(wide, to: multiple), bound)),
                height: Int(min(Self.aligned(tall, to: multiple), bound))))
    }

    /// The long side shortened to the most multiples that keep `unitPatchLimit`.
    private func squeezed(_ size: PixelSize) -> PixelSize {
        let rows = size.height / patchSide
        let columns = size.width / patchSide
        guard rows * columns > ImagePlan.unitPatchLimit else { return size }
        let long = ImagePlan.unitPatchLimit / min(rows, columns) / gridMultiple * gridMultiple * patchSide
        return rows > columns
            ? PixelSize(width: size.width, height: long) : PixelSize(width: long, height: size.height)
    }
}
