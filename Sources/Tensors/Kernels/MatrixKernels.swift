import CKernels

/// Numbers laid out in another order of axes.
enum Permutation {
    /// The definition. `moves`: for each side of the result the side of the source.
    static func reference(_ x: [Float], _ sides: [Int], _ moves: [Int]) -> [Float] {
        var strides = [Int](repeating: 1, count: sides.count)
        for axis in sides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sides[axis + 1] }
        return x.indices.map { place in
            var (rest, from) = (place, 0)
            for axis in moves.reversed() {
                from += rest % sides[axis] * strides[axis]
                rest /= sides[axis]
            }
            return x[from]
        }
    }

    /// The fast version: runs of numbers that stay together are copied whole.
    static func apply(
        _ x: UnsafePointer<Float>, _ sides: [Int], _ moves: [Int], to out: UnsafeMutablePointer<Float>,
        on pool: ComputePool
    ) {
        var strides = [Int](repeating: 1, count: sides.count)
        for axis in sides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sides[axis + 1] }
        // Sides at the end that keep their place are one run.
        var kept = sides.count
        while kept > 0, moves[kept - 1] == kept - 1 { kept -= 1 }
        let run = sides[kept...].reduce(1, *)
        let outer = moves[..<kept].map { (side: sides[$0], stride: strides[$0]) }
        let last = outer.last ?? (side: 1, stride: 0)
        let rows = outer.dropLast().reduce(1) { $0 * $1.side }
        pool.run(rows) { row, _ in
            var (rest, from) = (row, 0)
            for axis in outer.dropLast().reversed() {
                from += rest % axis.side * axis.stride
                rest /= axis.side
            }
            let to = out + row * last.side * run
            if run == 1 {
                for index in 0..<last.side { to[index] = x[from + index * last.stride] }
            } else {
                for index in 0..<last.side {
                    (to + index * run).update(from: x + from + index * last.stride, count: run)
                }
            }
        }
    }
}

/// Two values combined, the smaller spread over the larger where its sides are 1. Source: ONNX's broadcasting.
struct Broadcast: Sendable {
    /// Of the larger.
    private let sides: [Int]
    /// How far the smaller moves on with each of these.
    private let strides: [Int]

    init(sides: [Int], smallSides: [Int]) {
        precondition(sides.count == smallSides.count)
        var (runs, stride) = ([(side: Int, stride: Int)](), 1)
        for (side, small) in zip(sides, smallSides).reversed() where side != 1 {
            let step = small == 1 ? 0 : stride
            // Neighbours that move alike are one.
            if let inner = runs.last, step == (inner.stride == 0 ? 0 : inner.side * inner.stride) {
                runs[runs.count - 1].side *= side
            } else {
                runs.append((side, step))
            }
            stride *= small
        }
        if runs.isEmpty { runs = [(1, 0)] }
        self.sides = runs.reversed().map(\.side)
        strides = runs.reversed().map(\.stride)
    }

    /// The definition: what of the smaller each number of the larger meets.
    static func reference(
        _ kind: Combination, _ large: [Float], _ sides: [Int], _ small: [Float], _ smallSides: [Int]
    ) -> [Float] {
        large.indices.map { place in
            var (rest, from, stride) = (place, 0, 1)
            for axis in sides.indices.reversed() {
                if smallSides[axis] != 1 { from += rest % sides[axis] * stride }
                rest /= sides[axis]
                stride *= smallSides[axis]
            }
            return kind.reference(large[place], small[from])
        }
    }

    /// The fast version.
    func apply(
        _ kind: Combination, _ large: UnsafePointer<Float>, _ small: UnsafePointer<Float>,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let (run, outer) = (sides[sides.count - 1], Array(sides.dropLast()))
        let rows = outer.reduce(1, *)
        // Short runs are many: some of them make a part. A single long one is cut.
        if rows == 1, strides[strides.count - 1] == 1 {
            let part = 1 << 15
            return pool.run((run + part - 1) / part) { index, _ in
                let start = index * part
                kernel_combine(kind.code, large + start, small + start, out + start, min(part, run - start))
            }
        }
        let rowsInPart = max((1 << 14) / max(run, 1), 1)
        pool.run((rows + rowsInPart - 1) / rowsInPart) { part, worker in
            let isSpread = strides[strides.count - 1] == 0
            let copies = isSpread ? pool.scratch(worker, count: run) : nil
            for row in (part * rowsInPart)..<min((part + 1) * rowsInPart, rows) {
                var (rest, from) = (row, 0)
                for axis in outer.indices.reversed() {
                    from += rest % outer[axis] * strides[axis]
                    rest /= outer[axis]
                }
                copies?.update(repeating: small[from], count: run)
                kernel_combine(
                    kind.code, large + row * run, copies.map { UnsafePointer($0) } ?? small + from, out + row * run, run
                )
            }
        }
    }
}

extension Combination {
    fileprivate var code: Int32 {
        switch self {
        case .add: Int32(KERNEL_ADD.rawValue)
        case .subtract: Int32(KERNEL_SUBTRACT.rawValue)
        case .multiply: Int32(KERNEL_MULTIPLY.rawValue)
        case .divide: Int32(KERNEL_DIVIDE.rawValue)
        }
    }
}

/// Products of matrices that are both computed: `out[m] = a[m] · b[m]`.
enum MatrixProduct {
    /// The definition, summed in Double.
    static func reference(
        _ a: [Float], _ b: [Float], matrices: Int, rows: Int, depth: Int, columns: Int
    ) -> [Float] {
        (0..<(matrices * rows * columns)).map { place in
            let (column, row) = (place % columns, place / columns)
            let matrix = row / rows
            return Float(
                (0..<depth).reduce(0.0) {
                    $0 + Double(a[row * depth + $1]) * Double(b[(matrix * depth + $1) * columns + column])
                })
        }
    }

    /// The fast version: `a` `[matrices, rows, depth]`, `b` `[matrices, depth, columns]`.
    static func apply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, matrices: Int, rows: Int, depth: Int, columns: Int,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        pool.run(matrices) { matrix, worker in
            StridedProduct.apply(
                a + matrix * rows * depth, stride: depth, rows: rows, depth: depth,
                .columns(b + matrix * depth * columns, stride: columns), columns: columns,
                to: out + matrix * rows * columns, outStride: columns,
                packed: pool.scratch(worker, count: StridedProduct.packedCount(depth: depth, columns: columns)))
        }
    }
}

/// `e^x / Σ e^x` of each row.
enum Softmax {
    /// The fast version, in place too; tests hold it to attention's definition of the same.
    static func apply(
        _ x: UnsafePointer<Float>, rows: Int, columns: Int, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        // Short rows are many: some of them make a part.
        let rowsInPart = max((1 << 12) / max(columns, 1), 1)
        pool.run((rows + rowsInPart - 1) / rowsInPart) { part, _ in
            for row in (part * rowsInPart)..<min((part + 1) * rowsInPart, rows) {
                if x != UnsafePointer(out) { (out + row * columns).update(from: x + row * columns, count: columns) }
                kernel_softmax(out + row * columns, 1, columns)
            }
        }
    }
}
