import CKernels

/// Weights of a product `[depth, columns]` as the kernel reads them: panels of 16 columns, with their bias.
///
/// Sendable since nobody writes to it.
final class PackedWeights: @unchecked Sendable {
    /// Numbers that are summed.
    let depth: Int
    /// Results of a row.
    let columns: Int
    let hasBias: Bool
    private let panels: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>

    private static let panel = Int(KERNEL_PANEL)

    /// - `weight` is asked for each number by its place: the row of the depth, then the column.
    init(depth: Int, columns: Int, bias: [Float]?, weight: (Int, Int) -> Float) {
        precondition(depth > 0 && columns > 0 && bias.map { $0.count == columns } ?? true)
        self.depth = depth
        self.columns = columns
        hasBias = bias != nil
        let padded = (columns + Self.panel - 1) / Self.panel * Self.panel
        panels = .allocateLines(count: padded * depth)
        panels.initialize(repeating: 0, count: padded * depth)
        self.bias = .allocateLines(count: padded)
        self.bias.initialize(repeating: 0, count: padded)
        if let bias { self.bias.update(from: bias, count: columns) }
        for column in 0..<columns {
            let panel = panels + column / Self.panel * Self.panel * depth + column % Self.panel
            for k in 0..<depth { panel[k * Self.panel] = weight(k, column) }
        }
    }

    deinit {
        panels.deallocate()
        bias.deallocate()
    }

    /// Rows of `x`, `stride` numbers apart, times the weights of some columns, which begin at a panel.
    ///
    /// - `out` and `residual`: of these columns, rows `outStride` numbers apart.
    func multiply(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, columns range: Range<Int>, then function: Pointwise,
        residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>, outStride: Int
    ) {
        withUnsafePointer(to: kernel_run(x: x, step: stride, start: 0, depth: depth)) { run in
            multiply(
                UnsafeBufferPointer(start: run, count: 1), rows: rows, columns: range, then: function,
                residual: residual, to: out, outStride: outStride)
        }
    }

    /// The same of rows that lie in several runs.
    func multiply(
        _ runs: UnsafeBufferPointer<kernel_run>, rows: Int, columns range: Range<Int>, then function: Pointwise,
        residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>, outStride: Int
    ) {
        let (kind, a, b) = function.code
        var finish = kernel_finish(bias: hasBias ? bias + range.lowerBound : nil, kind: kind, a: a, b: b)
        kernel_run_product(
            runs.baseAddress, runs.count, rows, depth, panels + range.lowerBound * depth, range.count, &finish,
            residual, out, outStride)
    }
}

/// A product of rows with constant weights, a function of the sums, and a residual:
/// `out[r, c] = f(Σ_k x[r, k] · weight[k, c] + bias[c]) + residual[r, c]`.
enum PanelProduct {
    /// Rows of a kernel's tile; a part has at most so many tiles, whose numbers stay in the second-level cache while all panels
    /// pass, and where there are few rows there are so many parts.
    private static let (tileRows, mostTiles, leastParts) = (12, 8, 8)
    /// Weights that stay in the second-level cache while a part's rows pass; more are cut by columns.
    private static let weightsInPart = 1 << 16

    /// The definition, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(
        _ x: [[Float]], weight: [[Float]], bias: [Float]?, then function: Pointwise, residual: [[Float]]?
    ) -> [[Float]] {
        x.enumerated().map { row, numbers in
            weight[0].indices.map { column in
                let sum = zip(numbers, weight).reduce(Double(bias?[column] ?? 0)) {
                    $0 + Double($1.0) * Double($1.1[column])
                }
                return function.reference(Float(sum)) + (residual?[row][column] ?? 0)
            }
        }
    }

    /// The fast version. `x` is `[rows, depth]`, `out` and `residual` `[rows, columns]`.
    static func apply(
        _ x: UnsafePointer<Float>, rows: Int, _ weights: PackedWeights, then function: Pointwise,
        residual: UnsafePointer<Float>?, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let tiles = (rows + tileRows - 1) / tileRows
        let tilesInPart = min((tiles + leastParts - 1) / leastParts, mostTiles)
        let rowParts = (tiles + tilesInPart - 1) / tilesInPart
        let isCut = weights.columns * weights.depth > 2 * weightsInPart
        let width = isCut ? max(weightsInPart / weights.depth / 32, 1) * 32 : weights.columns
        let columnParts = (weights.columns + width - 1) / width
        // Row after row with the same weights: reading them takes longer than reading rows.
        pool.run(rowParts * columnParts) { part, _ in
            let place = part % rowParts
            let (row, end) = (tiles * place / rowParts * tileRows, min(tiles * (place + 1) / rowParts * tileRows, rows))
            let column = part / rowParts * width
            let first = row * weights.columns + column
            weights.multiply(
                x + row * weights.depth, stride: weights.depth, rows: end - row,
                columns: column..<min(column + width, weights.columns), then: function,
                residual: residual.map { $0 + first }, to: out + first, outStride: weights.columns)
        }
    }
}
