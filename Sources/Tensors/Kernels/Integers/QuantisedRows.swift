import CKernels

/// Activations in bytes: `number ≈ scale · byte`, a scale for each block of 32 numbers of a row.
///
/// - Shapes: `[rows, blocks · 32]` bytes, `[rows, blocks]` scales, and for each the sums of its halves' bytes. A byte is off by at most half of a
///   `limit`-th of its block's largest number. Numbers that dwarf the others of their row are not among them: `outliers`.
final class QuantisedRows {
    /// The largest byte.
    let limit: Int
    let blocks: Int
    private let bytes: UnsafeMutablePointer<Int8>
    private let scales: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Int16>
    private let memory: ComputeMemory.Block
    /// What is left away, and 0 in the bytes.
    let outliers: RowOutliers

    /// Rows that are worth waking other threads for.
    private static let rowsInPart = 16

    /// The definition for one block. Slow on purpose: tests hold the fast version to it.
    static func reference(_ block: [Float], limit: Int) -> (bytes: [Int], scale: Float) {
        let largest = block.map(abs).max() ?? 0
        guard largest > 0 else { return (block.map { _ in 0 }, 0) }
        let factor = Float(limit) / largest
        return (block.map { Int(($0 * factor).rounded(.toNearestOrEven)) }, largest / Float(limit))
    }

    init(_ x: UnsafePointer<Float>, rows: Int, columns: Int, limit: Int, on pool: ComputePool) {
        let began = pool.began
        defer { pool.count("quantisation", since: began) }
        self.limit = limit
        let blocks = (columns + IntegerLayout.block - 1) / IntegerLayout.block
        self.blocks = blocks
        // Bytes, scales and sums stand one after the other.
        let (count, number) = (rows * blocks, MemoryLayout<Float>.stride)
        memory = ComputeMemory.tensors.take(count * (IntegerLayout.block + 2 * number))
        bytes = memory.base.bindMemory(to: Int8.self, capacity: count * IntegerLayout.block)
        let rest = memory.base + count * IntegerLayout.block
        scales = rest.bindMemory(to: Float.self, capacity: count)
        sums = (rest + count * number).bindMemory(to: Int16.self, capacity: 2 * count)
        outliers = RowOutliers(rows: rows)
        let (bytes, scales, sums, outliers) = (bytes, scales, sums, outliers)
        let parts = (rows + Self.rowsInPart - 1) / Self.rowsInPart
        pool.run(parts) { part, worker in
            for row in (part * Self.rowsInPart)..<min((part + 1) * Self.rowsInPart, rows) {
                kernel_quantise_row(
                    x + row * columns, columns, Int32(limit), bytes + row * blocks * IntegerLayout.block,
                    scales + row * blocks, sums + 2 * row * blocks)
                let found = RowOutliers.scratch(pool, worker, columns)
                let count = kernel_take_outliers(
                    x + row * columns, columns, Int32(limit), bytes + row * blocks * IntegerLayout.block,
                    scales + row * blocks, sums + 2 * row * blocks, found)
                if count > 0 { outliers.set(row, found, count) }
            }
        }
        outliers.finish()
    }

    deinit { ComputeMemory.tensors.give(memory) }

    /// The rows from one on.
    func rows(from row: Int) -> kernel_bytes {
        kernel_bytes(
            bytes: bytes + row * blocks * IntegerLayout.block, scales: scales + row * blocks,
            sums: sums + 2 * row * blocks)
    }

    /// What is left of a row's numbers: for tests.
    func numbers(row: Int) -> [Float] {
        let first = row * blocks
        return (0..<(blocks * IntegerLayout.block)).map { index in
            scales[first + index / IntegerLayout.block] * Float(bytes[first * IntegerLayout.block + index])
        }
    }
}
