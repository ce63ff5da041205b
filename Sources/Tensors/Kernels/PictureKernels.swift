import CKernels

/// Pooling over windows of channels-last pictures. Source: ONNX, MaxPool-11 and AveragePool-11 without padding counted.
enum Pooling {
    /// The definition. Slow on purpose: tests hold `apply` to it.
    static func reference(_ x: [Float], _ shape: PictureShape, _ window: WindowGeometry, isMaximum: Bool) -> [Float] {
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return [] }
        return (0..<(shape.batch * rows * columns * shape.channels)).map { place in
            let (channel, pixel) = (place % shape.channels, place / shape.channels)
            let (column, line) = (pixel % columns, pixel / columns)
            let (row, batch) = (line % rows, line / rows)
            var numbers: [Float] = []
            for y in 0..<window.rows {
                for x0 in 0..<window.columns {
                    let (from, at) = (
                        row * window.rowStride + y - window.top, column * window.columnStride + x0 - window.left
                    )
                    guard 0..<shape.rows ~= from, 0..<shape.columns ~= at else { continue }
                    numbers.append(x[((batch * shape.rows + from) * shape.columns + at) * shape.channels + channel])
                }
            }
            if isMaximum { return numbers.max() ?? -.infinity }
            return numbers.isEmpty ? 0 : Float(numbers.reduce(0.0) { $0 + Double($1) } / Double(numbers.count))
        }
    }

    /// The fast version.
    static func apply(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, _ window: WindowGeometry, isMaximum: Bool,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { return }
        let channels = shape.channels
        pool.run(shape.batch * rows) { line, _ in
            let top = line % rows * window.rowStride - window.top
            let picture = x + line / rows * shape.rows * shape.columns * channels
            for column in 0..<columns {
                let left = column * window.columnStride - window.left
                let to = out + (line * columns + column) * channels
                var count = 0
                for y in max(top, 0)..<max(min(top + window.rows, shape.rows), max(top, 0)) {
                    for at in max(left, 0)..<max(min(left + window.columns, shape.columns), max(left, 0)) {
                        let from = picture + (y * shape.columns + at) * channels
                        if count == 0 {
                            to.update(from: from, count: channels)
                        } else if isMaximum {
                            kernel_maximum(to, from, channels)
                        } else {
                            kernel_add(to, from, channels)
                        }
                        count += 1
                    }
                }
                if count == 0 { to.update(repeating: isMaximum ? -.infinity : 0, count: channels) }
                if !isMaximum, count > 1 { for channel in 0..<channels { to[channel] /= Float(count) } }
            }
        }
    }

    /// The mean over rows and columns: `[batch, rows, columns, channels]` → `[batch, channels]`. Rows are summed one after the
    /// other, and then the rows' sums, so that long sums lose little.
    static func mean(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let channels = shape.channels
        let scale = 1 / Float(shape.rows * shape.columns)
        pool.run(shape.batch) { batch, worker in
            let row = pool.scratch(worker, count: channels)
            let to = out + batch * channels
            to.update(repeating: 0, count: channels)
            for line in 0..<shape.rows {
                row.update(repeating: 0, count: channels)
                let from = x + (batch * shape.rows + line) * shape.columns * channels
                for column in 0..<shape.columns { kernel_add(row, from + column * channels, channels) }
                kernel_add_scaled(to, row, scale, channels)
            }
        }
    }
}

/// Pixels repeated: nearest neighbours at whole multiples. Source: ONNX, Resize-11, `nearest`, `asymmetric`, `floor`.
enum Enlargement {
    /// The definition.
    static func reference(_ x: [Float], _ shape: PictureShape, rows: Int, columns: Int) -> [Float] {
        (0..<(shape.batch * shape.rows * rows * shape.columns * columns)).flatMap { pixel in
            let (column, line) = (pixel % (shape.columns * columns), pixel / (shape.columns * columns))
            let from = (line / rows) * shape.columns + column / columns
            return x[(from * shape.channels)..<((from + 1) * shape.channels)]
        }
    }

    /// The fast version.
    static func apply(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, rows: Int, columns: Int,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let (channels, width) = (shape.channels, shape.columns * columns * shape.channels)
        pool.run(shape.batch * shape.rows) { line, _ in
            let first = out + line * rows * width
            for column in 0..<shape.columns {
                let from = x + (line * shape.columns + column) * channels
                for copy in 0..<columns {
                    (first + (column * columns + copy) * channels).update(from: from, count: channels)
                }
            }
            for copy in 1..<max(rows, 1) { (first + copy * width).update(from: first, count: width) }
        }
    }
}
