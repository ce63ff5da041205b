import CKernels

/// A product of quantised rows with packed weights: `out[r, o] = Σ_i x[r, i] · weight[o, i] + bias[o]`, blocks of 32 summed up
/// exactly in integers, and added up in their order in float32.
enum IntegerProduct {
    /// Outputs in one part of the work: little enough for their weights to stay in the second-level cache, and for threads to end
    /// at about the same time.
    private static let outputsInPart = 256
    /// Rows in one part of the work.
    private static let rowsInPart = 192

    /// The definition, on the numbers that quantisation leaves, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(_ x: [[Float]], weight: [[Float]], bias: [Float]?) -> [[Float]] {
        Linear.reference(x, weight: weight, bias: bias)
    }

    /// The fast version.
    static func apply(
        _ x: QuantisedRows, rows: Int, _ weight: PackedIntegers, bias: [Float]?,
        to out: UnsafeMutablePointer<Float>, _ destination: Linear.Destination, on pool: ComputePool,
        with instructions: IntegerInstructions = .best
    ) {
        precondition(x.blocks == weight.blocks && x.limit <= instructions.byteLimit(weight.layout))
        weight.prepare(on: pool)
        let began = pool.began
        defer {
            pool.count(
                "product_\(weight.rows)x\(weight.columns)", since: began,
                .init(bytes: weight.byteCount, integers: 2 * rows * weight.rows * weight.columns))
        }
        let outliers = RowOutliers.Product(x.outliers, weight, on: pool)
        let rowParts = (rows + rowsInPart - 1) / rowsInPart
        let width = outputsInPart
        let columnParts = (weight.rows + width - 1) / width
        let all = x.rows(from: 0)
        let depth = x.blocks * IntegerLayout.block
        pool.run(rowParts * columnParts) { part, worker in
            let (row, column) = (part / columnParts * rowsInPart, part % columnParts * width)
            var some = kernel_bytes(
                bytes: all.bytes + row * depth, scales: all.scales + row * weight.blocks,
                sums: all.sums + 2 * row * weight.blocks)
            var packed = weight.weights(from: column / IntegerLayout.tile)
            func multiply(_ bias: UnsafePointer<Float>?) {
                kernel_integer_product(
                    instructions.code, &some, min(rowsInPart, rows - row), &packed, min(width, weight.rows - column),
                    bias, destination == .add ? 1 : 0, out + row * weight.rows + column, weight.rows)
            }
            if let bias {
                bias.withUnsafeBufferPointer { multiply($0.baseAddress.map { $0 + column }) }
            } else {
                multiply(nil)
            }
            outliers?.add(
                rows: row..<min(row + rowsInPart, rows), outputs: column..<min(column + width, weight.rows), to: out,
                worker)
        }
    }
}
