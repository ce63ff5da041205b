import CKernels
import Foundation

/// Attention in which every row of a segment sees every row of it: `softmax(q kᵀ · width^−½) v`, per head.
///
/// - Shapes: `query`, `key`, `value`, `out` are `[rows, heads · width]`, a head's columns together; segments are ranges
///   of rows, each on its own. Source: Vaswani et al. 2017, eq. 1.
public enum BidirectionalAttention {
    /// Query rows in one part of the work: their scores against 1,024 keys are 256 KiB.
    private static let blockRows = 64

    /// The definition for one head of one segment, in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(query: [[Float]], key: [[Float]], value: [[Float]]) -> [[Float]] {
        query.map { query in
            let scale = 1 / Double(query.count).squareRoot()
            let scores = key.map { zip(query, $0).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * scale }
            let most = scores.max() ?? 0
            let shares = scores.map { exp($0 - most) }
            let sum = shares.reduce(0, +)
            return query.indices.map { column in
                Float(zip(shares, value).reduce(0.0) { $0 + $1.0 / sum * Double($1.1[column]) })
            }
        }
    }

    /// The fast version.
    public static func apply(
        query: borrowing Tensor, key: borrowing Tensor, value: borrowing Tensor, heads: Int, segments: [Range<Int>],
        to out: inout Tensor, on pool: ComputePool
    ) {
        let columns = query.columns
        precondition(columns % heads == 0 && key.columns == columns && value.columns == columns)
        precondition(out.columns == columns && key.rows == query.rows && value.rows == query.rows)
        precondition(out.rows == query.rows && segments.allSatisfy { $0.upperBound <= query.rows })
        let width = columns / heads
        let blocks = segments.flatMap { segment in
            stride(from: segment.lowerBound, to: segment.upperBound, by: blockRows).map { start in
                (rows: start..<min(start + blockRows, segment.upperBound), keys: segment)
            }
        }
        let began = pool.began
        defer {
            pool.count(
                "attention", since: began, .init(floats: 4 * columns * segments.reduce(0) { $0 + $1.count * $1.count }))
        }
        let (q, k, v, to) = (query.base, key.base, value.base, out.base)
        pool.run(blocks.count * heads) { index, worker in
            let (rows, keys) = blocks[index / heads]
            let first = index % heads * width
            let count = rows.count * keys.count
            let packing = max(
                StridedProduct.packedCount(depth: width, columns: keys.count),
                StridedProduct.packedCount(depth: keys.count, columns: width))
            let scores = pool.scratch(worker, count: count + packing)
            let packed = scores + count
            StridedProduct.apply(
                q + rows.lowerBound * columns + first, stride: columns, rows: rows.count, depth: width,
                .rows(k + keys.lowerBound * columns + first, stride: columns), columns: keys.count, to: scores,
                outStride: keys.count, packed: packed)
            for row in 0..<rows.count {
                kernel_softmax(scores + row * keys.count, 1 / Float(width).squareRoot(), keys.count)
            }
            StridedProduct.apply(
                scores, stride: keys.count, rows: rows.count, depth: keys.count,
                .columns(v + keys.lowerBound * columns + first, stride: columns), columns: width,
                to: to + rows.lowerBound * columns + first, outStride: columns, packed: packed)
        }
    }
}
