import CKernels

/// Products of matrices that lie in somebody's memory: `out = x · y`, or `out += x · y`, packed on the fly.
///
/// Faster than OpenBLAS 0.3 here: its panels are used with AVX-512 where the processor has it, and nothing of `x` is copied.
enum StridedProduct {
    /// How the second operand lies.
    enum Operand {
        /// Its transpose: a row for each column of the result.
        case rows(UnsafePointer<Float>, stride: Int)
        /// Itself: a row for each number that is summed.
        case columns(UnsafePointer<Float>, stride: Int)
    }

    /// How much memory packing needs, in numbers.
    static func packedCount(depth: Int, columns: Int) -> Int {
        let panel = Int(KERNEL_PANEL)
        return (columns + panel - 1) / panel * panel * depth
    }

    /// The fast version; the definition is that of `PanelProduct`.
    ///
    /// - `x`: `[rows, depth]`, rows `stride` apart; `out`: `[rows, columns]`, rows `outStride` apart.
    /// - `packed`: memory for `packedCount` numbers.
    static func apply(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, depth: Int, _ y: Operand, columns: Int,
        bias: UnsafePointer<Float>? = nil, adds: Bool = false, to out: UnsafeMutablePointer<Float>, outStride: Int,
        packed: UnsafeMutablePointer<Float>
    ) {
        switch y {
        case .rows(let base, let stride): kernel_pack_rows(base, stride, columns, depth, packed)
        case .columns(let base, let stride): kernel_pack_columns(base, stride, columns, depth, packed)
        }
        var finish = kernel_finish(bias: bias, kind: Int32(KERNEL_NOTHING.rawValue), a: 0, b: 0)
        kernel_panel_product(
            x, stride, rows, depth, packed, columns, &finish, adds ? UnsafePointer(out) : nil, out, outStride)
    }
}
