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
        let (channels, spans) = (shape.channels, window.spans(over: shape.columns, results: columns))
        pool.run(shape.batch * rows) { line, _ in
            let (ys, first) = window.reach(of: line, over: shape.rows, results: rows)
            for span in spans {
                // Where windows lie side by side, so do the numbers that their results are made of.
                let pixels = window.columnStride == 1 ? span.results.count : 1
                for column in stride(from: span.results.lowerBound, to: span.results.upperBound, by: pixels) {
                    let to = out + (line * columns + column) * channels
                    var count = 0
                    for row in first..<(first + ys.count) {
                        for tap in span.taps {
                            let at = row * shape.columns + column * window.columnStride - window.left + tap
                            let from = x + at * channels
                            if count == 0 {
                                to.update(from: from, count: pixels * channels)
                            } else if isMaximum {
                                kernel_maximum(to, from, pixels * channels)
                            } else {
                                kernel_add(to, from, pixels * channels)
                            }
                            count += 1
                        }
                    }
                    if count == 0 { to.update(repeating: isMaximum ? -.infinity : 0, count: pixels * channels) }
                    if !isMaximum, count > 1 {
                        for place in 0..<(pixels * channels) { to[place] /= Float(count) }
                    }
                }
            }
        }
    }

    /// Parts of a picture that are summed for themselves.
    private static let strips = 16

    /// The mean over rows and columns: `[batch, rows, columns, channels]` → `[batch, channels]`. Rows are summed one after the
    /// other, and then the rows' sums, so that long sums lose little.
    static func mean(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let channels = shape.channels
        let scale = 1 / Float(shape.rows * shape.columns)
        let count = shape.batch * strips * channels
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { sums in
            guard let sums = sums.baseAddress else { return }
            sums.initialize(repeating: 0, count: count)
            pool.run(shape.batch * strips) { part, worker in
                let (batch, strip) = (part / strips, part % strips)
                let row = pool.scratch(worker, count: channels)
                for line in (strip * shape.rows / strips)..<((strip + 1) * shape.rows / strips) {
                    row.update(repeating: 0, count: channels)
                    let from = x + (batch * shape.rows + line) * shape.columns * channels
                    for column in 0..<shape.columns { kernel_add(row, from + column * channels, channels) }
                    kernel_add(sums + part * channels, row, channels)
                }
            }
            out.update(repeating: 0, count: shape.batch * channels)
            for part in 0..<(shape.batch * strips) {
                kernel_add_scaled(out + part / strips * channels, sums + part * channels, scale, channels)
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

    /// The sum of a picture with the enlarged one: `to`, laid out as `large`, may be it. Its definition is that of `apply` and an
    /// addition.
    static func add(
        _ x: UnsafePointer<Float>, _ shape: PictureShape, rows: Int, columns: Int, onto large: UnsafePointer<Float>,
        to out: UnsafeMutablePointer<Float>, on pool: ComputePool
    ) {
        let (channels, width) = (shape.channels, shape.columns * columns * shape.channels)
        pool.run(shape.batch * shape.rows * rows) { line, _ in
            let from = x + line / rows * shape.columns * channels
            for column in 0..<(shape.columns * columns) {
                let place = line * width + column * channels
                kernel_combine(
                    Int32(KERNEL_ADD.rawValue), large + place, from + column / columns * channels, out + place, channels
                )
            }
        }
    }
}
