import Tensors

/// Four patches to one inside the tower, for 16x compression: MODEL.md §5.3.
struct WindowMerger: Sendable {
    let attentionNorm, mergedNorm: LayerNormWeights
    let attention: VisionAttention
    let feedForward: VisionFeedForward

    init(_ checkpoint: some Checkpoint) throws(WeightFileError) {
        let name = "model.vision_tower.vit_merger"
        let sizes = checkpoint.configuration.vision
        let (width, inner) = (4 * sizes.hiddenSize, 4 * sizes.intermediateSize)
        attentionNorm = try LayerNormWeights(name + ".layer_norm1", checkpoint, count: sizes.hiddenSize)
        mergedNorm = try LayerNormWeights(name + ".pre_norm", checkpoint, count: width)
        attention = try VisionAttention(name + ".self_attn", checkpoint)
        feedForward = VisionFeedForward(
            up: try BiasedLinear(name + ".linear_1", checkpoint, out: inner, in: width),
            down: try BiasedLinear(name + ".linear_2", checkpoint, out: sizes.hiddenSize, in: inner))
    }

    /// A row for each window of the batch.
    func merged(_ x: consuming Tensor, _ batch: GridBatch, on pool: ComputePool) -> Tensor {
        var windows = batch.grouped(x)
        // Given back as soon as may be, as all else here: this is where the tower needs the most memory.
        x = Tensor(rows: 0, columns: windows.columns)
        attend(&windows, on: pool)
        var merged = windows.meansOfRows(4)
        feedForward.add(to: &merged, over: normedInWindows(windows, on: pool), on: pool)
        return merged
    }

    private func attend(_ windows: inout Tensor, on pool: ComputePool) {
        var normed = Tensor(unsetRows: windows.rows, columns: windows.columns)
        attentionNorm.apply(windows, to: &normed, on: pool)
        let segments = stride(from: 0, to: windows.rows, by: 4).map { $0..<($0 + 4) }
        attention.add(to: &windows, over: &normed, segments: segments, on: pool)
    }

    /// Four rows of a window in a row are the same numbers as one row of four times the width.
    private func normedInWindows(_ windows: borrowing Tensor, on pool: ComputePool) -> Tensor {
        let flat = windows.reshaped(columns: 4 * windows.columns)
        var normed = Tensor(unsetRows: flat.rows, columns: flat.columns)
        mergedNorm.apply(flat, to: &normed, on: pool)
        return normed
    }
}

/// Four patches to one row for the language model, in both modes: MODEL.md §5.5.
struct Projector: Sendable {
    let norm: LayerNormWeights
    let up, down: BiasedLinear

    init(_ checkpoint: some Checkpoint) throws(WeightFileError) {
        let name = "model.merger.mlp.0"
        let width = 4 * checkpoint.configuration.vision.hiddenSize
        norm = try LayerNormWeights(name + ".pre_norm", checkpoint, count: width)
        up = try BiasedLinear(name + ".linear_1", checkpoint, out: width, in: width)
        down = try BiasedLinear(
            name + ".linear_2", checkpoint, out: checkpoint.configuration.language.hiddenSize, in: width)
    }

    /// A row for each window of the batch.
    func projected(_ x: borrowing Tensor, _ batch: GridBatch, on pool: ComputePool) -> Tensor {
        let windows = batch.grouped(x)
        let flat = windows.reshaped(columns: 4 * windows.columns)
        var normed = Tensor(unsetRows: flat.rows, columns: flat.columns)
        norm.apply(flat, to: &normed, on: pool)
        var hidden = Tensor(unsetRows: flat.rows, columns: up.weight.rows)
        up.apply(normed, to: &hidden, on: pool)
        Activation.geluErf.apply(&hidden, on: pool)
        var rows = Tensor(unsetRows: flat.rows, columns: down.weight.rows)
        down.apply(hidden, to: &rows, on: pool)
        return rows
    }
}
