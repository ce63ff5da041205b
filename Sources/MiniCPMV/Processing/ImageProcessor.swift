public import MediaTypes

/// A picture as the vision tower takes it.
public struct ProcessedPicture: Sendable, Equatable {
    /// The overview, then the tiles in raster order.
    public let units: [VisionUnit]
    /// How the tiles lie; `nil` where the picture was not cut.
    public let grid: SliceGrid?
}

/// Pictures to units: planned, scaled and cut. Source: MODEL.md §4.
public struct ImageProcessor: Sendable {
    /// The checkpoint's settings.
    public let configuration: PreprocessorConfiguration

    /// A processor with a checkpoint's settings.
    public init(_ configuration: PreprocessorConfiguration) { self.configuration = configuration }

    /// What becomes of a picture of this size.
    ///
    /// - Throws: where it has no pixels or an option is out of bounds.
    public func plan(for size: PixelSize, _ options: ProcessingOptions) throws(ModelError) -> ImagePlan {
        try ImagePlan(of: size, options: options, configuration: configuration)
    }

    /// The units of a picture.
    ///
    /// - Throws: where it has no pixels or an option is out of bounds.
    public func units(of picture: PixelBuffer, _ options: ProcessingOptions) throws(ModelError) -> ProcessedPicture {
        let plan = try plan(for: picture.size, options)
        let overview = PictureResampler(from: picture.size, to: plan.overview).resized(picture)
        let units = [VisionUnit(size: plan.overview, bytes: overview.bytes, configuration)] + tiles(of: picture, plan)
        return ProcessedPicture(units: units, grid: plan.grid)
    }

    /// The tiles are cut from the original scaled to all of them, not from the overview; one row of tiles at a time.
    private func tiles(of picture: PixelBuffer, _ plan: ImagePlan) -> [VisionUnit] {
        guard let grid = plan.grid else { return [] }
        let tile = plan.tile
        let canvas = PixelSize(width: tile.width * grid.columns, height: tile.height * grid.rows)
        let resampler = PictureResampler(from: picture.size, to: canvas)
        return (0..<grid.rows).flatMap { row in
            let band = resampler.rows((row * tile.height)..<((row + 1) * tile.height), of: picture)
            return (0..<grid.columns).map { column in
                VisionUnit(
                    size: tile, bytes: Self.column(column, of: band, tile, canvasWidth: canvas.width), configuration)
            }
        }
    }

    /// The pixels of one tile in a row of tiles.
    private static func column(_ column: Int, of band: [UInt8], _ tile: PixelSize, canvasWidth: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * tile.pixelCount)
        for y in 0..<tile.height {
            let first = 3 * (y * canvasWidth + column * tile.width)
            bytes += band[first..<(first + 3 * tile.width)]
        }
        return bytes
    }
}
