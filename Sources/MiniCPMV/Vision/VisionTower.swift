import Tensors

/// Pictures to rows for the language model: patches, layers, the early merge, the projector. MODEL.md §5.
struct VisionTower: Sendable {
    private let patchEmbedding: BiasedLinear
    private let positions: WeightMatrix
    private let layers: [VisionLayer]
    private let windowMerger: WindowMerger
    private let lastNorm: LayerNormWeights
    private let projector: Projector
    private let sizes: ModelConfiguration.Vision

    init(_ checkpoint: some Checkpoint) throws(WeightFileError) {
        let name = "model.vision_tower."
        sizes = checkpoint.configuration.vision
        patchEmbedding = try BiasedLinear(
            name + "embeddings.patch_embedding", checkpoint, out: sizes.hiddenSize,
            in: 3 * sizes.patchSize * sizes.patchSize)
        positions = try checkpoint.matrix(
            name + "embeddings.position_embedding.weight", rows: sizes.positionSide * sizes.positionSide,
            columns: sizes.hiddenSize)
        var layers: [VisionLayer] = []
        for index in 0..<sizes.layers {
            layers.append(try VisionLayer(name + "encoder.layers.\(index)", checkpoint))
        }
        self.layers = layers
        windowMerger = try WindowMerger(checkpoint)
        lastNorm = try LayerNormWeights(name + "post_layernorm", checkpoint, count: sizes.hiddenSize)
        projector = try Projector(checkpoint)
    }

    /// What the tower computes, in order: for tests that hold each to the reference.
    enum Stage: Hashable { case patches, embedded, layer(Int), windowMerged, normed, projected }

    /// Rows for the language model, those of the first grid first.
    ///
    /// - `patches`: `[patches of all grids, 3 · side²]`, normalised, columns ordered (channel, y, x). Grids are even on
    ///   both sides, and multiples of four for 16x.
    /// - `observe` is handed every stage's result.
    func rows(
        of patches: borrowing Tensor, _ grids: [PatchGrid], mode: DownsampleMode, on pool: ComputePool,
        observe: (Stage, borrowing Tensor) -> Void = { _, _ in }
    ) -> Tensor {
        var batch = GridBatch(grids: grids)
        precondition(patches.rows == batch.count, "\(patches.rows) patches for grids of \(batch.count)")
        var x = Tensor(unsetRows: patches.rows, columns: sizes.hiddenSize)
        patchEmbedding.apply(patches, to: &x, on: pool)
        observe(.patches, x)
        addPositions(to: &x, batch)
        observe(.embedded, x)
        for (index, layer) in layers.enumerated() {
            layer.apply(&x, segments: batch.segments, on: pool)
            observe(.layer(index), x)
            if mode == .x16, index == sizes.mergeAfter {
                x = windowMerger.merged(x, batch, on: pool)
                batch = batch.halved
                observe(.windowMerged, x)
            }
        }
        var normed = Tensor(unsetRows: x.rows, columns: x.columns)
        lastNorm.apply(x, to: &normed, on: pool)
        observe(.normed, normed)
        let rows = projector.projected(normed, batch, on: pool)
        observe(.projected, rows)
        return rows
    }

    private func addPositions(to x: inout Tensor, _ batch: GridBatch) {
        let rows = batch.grids.flatMap { $0.positions(tableSide: sizes.positionSide) }
        var table = Tensor(unsetRows: rows.count, columns: sizes.hiddenSize)
        for (place, row) in rows.enumerated() { positions.copyRow(row, to: &table, row: place) }
        // 20 MB of a file, needed once a picture.
        positions.releaseMemory()
        x.add(table)
    }
}
