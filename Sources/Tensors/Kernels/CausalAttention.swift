import CKernels

/// Attention in which a token sees itself and what came before: `softmax(q kᵀ · width^−½) v`, per head; several query
/// heads share one key head.
///
/// - Shapes: `query`, `out` `[rows, heads · width]`; the cache holds `[positions, key heads · width]`, the last of them
///   the positions of `rows`. Source: Vaswani et al. 2017, §3.2.3; Ainslie et al. 2023 (grouped queries).
public enum CausalAttention {
    /// Query rows in one part of the work.
    private static let blockRows = 64
    /// Up to so many of them go to keys and values as these lie; beyond, packing pays.
    private static let fewRows = 2

    /// The definition for one query head, in Double: `query` are the last of the positions of `key` and `value`.
    static func reference(query: [[Float]], key: [[Float]], value: [[Float]]) -> [[Float]] {
        query.indices.flatMap { row in
            let seen = key.count - query.count + row + 1
            return BidirectionalAttention.reference(
                query: [query[row]], key: Array(key.prefix(seen)), value: Array(value.prefix(seen)))
        }
    }

    /// The fast version, for the rows of one sequence.
    public static func apply(
        query: borrowing Tensor, rows: Range<Int>, cache: borrowing KeyValueCache, heads: Int, keyHeads: Int,
        to out: inout Tensor, on pool: ComputePool
    ) {
        let (columns, keyColumns, width) = (query.columns, cache.keys.columns, query.columns / heads)
        precondition(columns % heads == 0 && heads % keyHeads == 0 && keyColumns == keyHeads * width)
        precondition(
            out.columns == columns && rows.upperBound <= min(query.rows, out.rows) && rows.count <= cache.count)
        let (q, k, v, to) = (query.base, cache.keys.base, cache.values.base, out.base)
        let past = cache.count - rows.count
        let began = pool.began
        defer {
            pool.count(
                "attention", since: began,
                .init(
                    bytes: 8 * cache.count * keyColumns,
                    floats: 4 * columns * rows.count * (past + (rows.count + 1) / 2)))
        }
        let blocks = (rows.count + blockRows - 1) / blockRows
        pool.run(blocks * heads) { index, worker in
            let start = index / heads * blockRows
            let (head, count) = (index % heads, min(blockRows, rows.count - start))
            // Later keys are seen by no row of the block.
            let seen = past + start + count
            let place = (rows.lowerBound + start) * columns + head * width
            let keyPlace = head / (heads / keyHeads) * width
            if count <= fewRows {
                for row in 0..<count {
                    attend(
                        q + place + row * columns, k + keyPlace, v + keyPlace, stride: keyColumns, width: width,
                        seen: past + start + row + 1, scores: pool.scratch(worker, count: seen),
                        to: to + place + row * columns)
                }
                return
            }
            let packing = max(
                StridedProduct.packedCount(depth: width, columns: seen),
                StridedProduct.packedCount(depth: seen, columns: width))
            let scores = pool.scratch(worker, count: count * seen + packing)
            let packed = scores + count * seen
            StridedProduct.apply(
                q + place, stride: columns, rows: count, depth: width, .rows(k + keyPlace, stride: keyColumns),
                columns: seen, to: scores, outStride: seen, packed: packed)
            for row in 0..<count {
                let own = past + start + row + 1
                kernel_softmax(scores + row * seen, 1 / Float(width).squareRoot(), own)
                (scores + row * seen + own).update(repeating: 0, count: seen - own)
            }
            StridedProduct.apply(
                scores, stride: seen, rows: count, depth: seen, .columns(v + keyPlace, stride: keyColumns),
                columns: width, to: to + place, outStride: columns, packed: packed)
        }
    }
    /// One query head of one row.
    private static func attend(
        _ query: UnsafePointer<Float>, _ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, stride: Int,
        width: Int, seen: Int, scores: UnsafeMutablePointer<Float>, to out: UnsafeMutablePointer<Float>
    ) {
        for position in 0..<seen { scores[position] = kernel_dot(query, keys + position * stride, width) }
        kernel_softmax(scores, 1 / Float(width).squareRoot(), seen)
        out.update(repeating: 0, count: width)
        for position in 0..<seen { kernel_add_scaled(out, values + position * stride, scores[position], width) }
    }
}
