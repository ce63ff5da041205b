import CKernels

/// A linear layer: `out[r, o] = Σ_i x[r, i] · weight[o, i] + bias[o]`.
///
/// - Shapes: `x` is `[rows, in]`, `weight` `[out, in]`, `bias` `[out]`, `out` `[rows, out]`.
/// - Traps where the shapes do not fit. Weights that are not computed with in integers stay in their own precision; at most
///   `blockRows` rows a thread are widened at a time.
public enum Linear {
    /// Rows that several layers take in: what products of integers need of them is made once.
    ///
    /// The rows stay the caller's, who must not change or drop them while this is used.
    public struct Input: ~Copyable {
        let x: UnsafePointer<Float>
        let rows: Int
        let columns: Int
        fileprivate var quantised: QuantisedRows?

        /// Rows for layers with weights such as these.
        public init(_ x: borrowing Tensor, for weight: WeightMatrix, on pool: ComputePool) {
            self.init(x, rows: 0..<x.rows, for: weight, on: pool)
        }

        /// Some of the rows, for layers with weights such as these.
        ///
        /// - Traps where there are no such rows.
        public init(_ x: borrowing Tensor, rows range: Range<Int>, for weight: WeightMatrix, on pool: ComputePool) {
            precondition(range.lowerBound >= 0 && range.upperBound <= x.rows, "rows \(range) of \(x.rows)")
            self.x = UnsafePointer(x.base + range.lowerBound * x.columns)
            rows = range.count
            columns = x.columns
            guard let packed = weight.packed, rows > 0 else { return }
            let limit = IntegerInstructions.best.byteLimit(packed.layout)
            quantised = QuantisedRows(self.x, rows: rows, columns: columns, limit: limit, on: pool)
        }
    }

    /// What becomes of the numbers that `out` already holds.
    public enum Destination: Sendable {
        /// They are overwritten.
        case replace
        /// The result is added to them, as a residual connection does.
        case add
    }

    /// Weight rows in one part of the work: a whole number of the kernel's panels, and little enough for its widened
    /// copy to stay in the second-level cache.
    private static let blockRows = 128
    /// Up to so many rows of `x` every weight is widened and used at once; beyond, packing pays.
    private static let fewRows = 4
    /// Weight rows in one part of such work: two threads share even the smallest layers.
    private static let blockOfFew = 8

    /// The definition, summed in Double. Slow on purpose: tests hold `apply` to it.
    static func reference(_ x: [[Float]], weight: [[Float]], bias: [Float]?) -> [[Float]] {
        x.map { row in
            weight.enumerated().map { index, weights in
                let sum = zip(row, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                return Float(sum + Double(bias?[index] ?? 0))
            }
        }
    }

    /// The fast version.
    public static func apply(
        _ x: borrowing Tensor, _ weight: WeightMatrix, bias: [Float]? = nil, to out: inout Tensor,
        _ destination: Destination = .replace, on pool: ComputePool
    ) {
        apply(Input(x, for: weight, on: pool), weight, bias: bias, to: &out, destination, on: pool)
    }

    /// The fast version, for rows that other layers take in as well; `out` has as many.
    public static func apply(
        _ input: borrowing Input, _ weight: WeightMatrix, bias: [Float]? = nil, to out: inout Tensor,
        _ destination: Destination = .replace, on pool: ComputePool
    ) {
        precondition(out.rows == input.rows)
        apply(input, weight, bias: bias, to: &out, from: 0, destination, on: pool)
    }

    /// The fast version, to rows of `out` from `row` on.
    public static func apply(
        _ input: borrowing Input, _ weight: WeightMatrix, bias: [Float]? = nil, to out: inout Tensor, from row: Int,
        _ destination: Destination = .replace, on pool: ComputePool
    ) {
        precondition(input.columns == weight.columns && out.columns == weight.rows)
        precondition(row >= 0 && row + input.rows <= out.rows, "\(input.rows) rows from \(row) on of \(out.rows)")
        precondition(bias.map { $0.count == weight.rows } ?? true, "a bias of another size")
        guard input.rows > 0 else { return }
        let target = out.base + row * out.columns
        if let packed = weight.packed {
            return multiply(input, packed, bias: bias, to: target, destination, on: pool)
        }
        let began = pool.began
        defer {
            pool.count(
                "float_product_\(weight.rows)x\(weight.columns)", since: began,
                .init(bytes: weight.byteCount, floats: 2 * input.rows * weight.rows * weight.columns))
        }
        let product = Product(
            x: input.x, out: target, rows: input.rows, weight: weight, bias: bias, adds: destination == .add)
        let size = product.rows <= fewRows ? blockOfFew : blockRows
        pool.run((weight.rows + size - 1) / size) { index, worker in
            let range = (index * size)..<min((index + 1) * size, weight.rows)
            if product.rows <= fewRows {
                product.prepare(range)
                product.multiplyFew(range, pool.scratch(worker, count: weight.columns))
            } else {
                let packing = StridedProduct.packedCount(depth: weight.columns, columns: blockRows)
                product.multiplyMany(range, pool.scratch(worker, count: blockRows * weight.columns + packing))
            }
        }
    }

    private static func multiply(
        _ input: borrowing Input, _ weight: PackedIntegers, bias: [Float]?, to out: UnsafeMutablePointer<Float>,
        _ destination: Destination, on pool: ComputePool
    ) {
        let limit = IntegerInstructions.best.byteLimit(weight.layout)
        if let quantised = input.quantised, quantised.limit == limit {
            return IntegerProduct.apply(
                quantised, rows: input.rows, weight, bias: bias, to: out, destination, on: pool)
        }
        let quantised = QuantisedRows(input.x, rows: input.rows, columns: input.columns, limit: limit, on: pool)
        IntegerProduct.apply(quantised, rows: input.rows, weight, bias: bias, to: out, destination, on: pool)
    }

    /// One call's operands.
    private struct Product {
        let x: UnsafePointer<Float>
        let out: UnsafeMutablePointer<Float>
        let rows: Int
        let weight: WeightMatrix
        let bias: [Float]?
        let adds: Bool

        /// Leaves in `out` what the product is added to.
        func prepare(_ range: Range<Int>) {
            for row in 0..<rows {
                let to = out + row * weight.rows + range.lowerBound
                if !adds { to.update(repeating: 0, count: range.count) }
                bias?.withUnsafeBufferPointer { bias in
                    if let base = bias.baseAddress { kernel_add(to, base + range.lowerBound, range.count) }
                }
            }
        }

        /// Each weight row is read once and multiplied with every row of `x`.
        func multiplyFew(_ range: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
            let width = weight.columns
            for output in range {
                if weight.type == .bf16 {
                    for row in 0..<rows {
                        out[row * weight.rows + output] += kernel_dot_bf16(weight.row(output), x + row * width, width)
                    }
                } else {
                    weight.widen(output..<(output + 1), to: scratch)
                    for row in 0..<rows {
                        out[row * weight.rows + output] += kernel_dot(scratch, x + row * width, width)
                    }
                }
            }
        }

        func multiplyMany(_ range: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
            let width = weight.columns
            weight.widen(range, to: scratch)
            // The kernel reads whole panels of bias.
            var padded = [Float](repeating: 0, count: Linear.blockRows)
            if let bias { padded.replaceSubrange(0..<range.count, with: bias[range]) }
            padded.withUnsafeBufferPointer { padded in
                StridedProduct.apply(
                    x, stride: width, rows: rows, depth: width, .rows(scratch, stride: width), columns: range.count,
                    bias: bias == nil ? nil : padded.baseAddress, adds: adds, to: out + range.lowerBound,
                    outStride: weight.rows, packed: scratch + Linear.blockRows * width)
            }
        }
    }
}
