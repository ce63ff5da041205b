import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Kernels of convolutional networks, each held to its definition at random shapes.
struct NetworkKernelTests {
    private static let functions: [Pointwise] = [
        .nothing, .relu, .clip(-0.5, 0.7), .sigmoid, .hardSigmoid(0.2, 0.5), .hardSwish, .silu, .gelu,
    ]

    private let pool = ComputePool(threads: 3)

    @Test(arguments: functions) func `functions of single numbers`(function: Pointwise) {
        var rng = SeededGenerator(seed: 1)
        let x = (0..<1000).map { _ in Float.random(in: -9...9, using: &rng) } + [0, -0.0, 40, -40, 100, -100]
        let result = made(x.count) { base in
            base.update(from: x, count: x.count)
            function.apply(base, x.count, on: pool)
        }
        #expect(isClose(result, x.map(function.reference), within: 1e-6))
    }

    @Test func `products with packed weights`() {
        var rng = SeededGenerator(seed: 2)
        for _ in 0..<60 {
            let rows = Int.random(in: 1...230, using: &rng)
            let (depth, columns) = (Int.random(in: 1...70, using: &rng), Int.random(in: 1...150, using: &rng))
            let (x, weight) = (numbers(rows * depth, &rng), numbers(depth * columns, &rng))
            let bias = Bool.random(using: &rng) ? numbers(columns, &rng) : nil
            let residual = Bool.random(using: &rng) ? numbers(rows * columns, &rng) : nil
            let function = Self.functions.randomElement(using: &rng) ?? .nothing
            let packed = PackedWeights(depth: depth, columns: columns, bias: bias) { weight[$0 * columns + $1] }
            let result = made(rows * columns) {
                PanelProduct.apply(x, rows: rows, packed, then: function, residual: residual, to: $0, on: pool)
            }
            let expected = PanelProduct.reference(
                x.rows(of: depth), weight: weight.rows(of: columns), bias: bias, then: function,
                residual: residual?.rows(of: columns))
            #expect(isClose(result, Array(expected.joined())), "\(rows) × \(depth) × \(columns)")
        }
    }

    @Test func `products of what lies in somebody's memory`() {
        var rng = SeededGenerator(seed: 12)
        for _ in 0..<60 {
            let rows = Int.random(in: 1...70, using: &rng)
            let (depth, columns) = (Int.random(in: 1...70, using: &rng), Int.random(in: 1...150, using: &rng))
            let (gap, adds) = (Int.random(in: 0...9, using: &rng), Bool.random(using: &rng))
            let x = numbers(rows * (depth + gap), &rng)
            let y = numbers(columns * (depth + gap), &rng)
            let old = numbers(rows * columns, &rng)
            let packed = made(StridedProduct.packedCount(depth: depth, columns: columns)) { _ in }
            var memory = packed
            let result = made(rows * columns) { base in
                base.update(from: old, count: old.count)
                memory.withUnsafeMutableBufferPointer { memory in
                    guard let packed = memory.baseAddress else { return }
                    y.withUnsafeBufferPointer { y in
                        guard let y = y.baseAddress else { return }
                        StridedProduct.apply(
                            x, stride: depth + gap, rows: rows, depth: depth, .rows(y, stride: depth + gap),
                            columns: columns, adds: adds, to: base, outStride: columns, packed: packed)
                    }
                }
            }
            let weight = (0..<depth).map { k in (0..<columns).map { y[$0 * (depth + gap) + k] } }
            let expected = PanelProduct.reference(
                x.rows(of: depth + gap).map { Array($0.prefix(depth)) }, weight: weight, bias: nil, then: .nothing,
                residual: adds ? old.rows(of: columns) : nil)
            #expect(isClose(result, Array(expected.joined())), "\(rows) × \(depth) × \(columns)")
        }
    }

    @Test func `two products of pixels without what lies between`() {
        var rng = SeededGenerator(seed: 3)
        for rows in [1, 23, 24, 97, 300] {
            let sizes = (0..<3).map { _ in Int.random(in: 1...60, using: &rng) }
            let weights = (0..<2).map { numbers(sizes[$0] * sizes[$0 + 1], &rng) }
            let (x, residual) = (numbers(rows * sizes[0], &rng), numbers(rows * sizes[2], &rng))
            let packed = (0..<2).map { stage in
                PackedWeights(depth: sizes[stage], columns: sizes[stage + 1], bias: nil) {
                    weights[stage][$0 * sizes[stage + 1] + $1]
                }
            }
            let chain = PointwiseChain(packed[0], then: .gelu, packed[1], then: .relu)
            let result = made(rows * sizes[2]) { chain.apply(x, rows: rows, residual: residual, to: $0, on: pool) }
            let between = PanelProduct.reference(
                x.rows(of: sizes[0]), weight: weights[0].rows(of: sizes[1]), bias: nil, then: .gelu, residual: nil)
            let expected = PanelProduct.reference(
                between, weight: weights[1].rows(of: sizes[2]), bias: nil, then: .relu,
                residual: residual.rows(of: sizes[2]))
            #expect(isClose(result, Array(expected.joined()), within: 1e-4))
        }
    }

    @Test func `convolutions, plain and depthwise, with every padding and stride`() {
        var rng = SeededGenerator(seed: 4)
        for _ in 0..<120 {
            let isDepthwise = Bool.random(using: &rng)
            let inputs = Int.random(in: 1...20, using: &rng)
            let outputs = isDepthwise ? inputs : Int.random(in: 1...40, using: &rng)
            let window = WindowGeometry(
                rows: Int.random(in: 1...5, using: &rng), columns: Int.random(in: 1...7, using: &rng),
                rowStride: Int.random(in: 1...3, using: &rng), columnStride: Int.random(in: 1...3, using: &rng),
                top: Int.random(in: 0...3, using: &rng), left: Int.random(in: 0...4, using: &rng),
                bottom: Int.random(in: 0...3, using: &rng), right: Int.random(in: 0...4, using: &rng))
            let shape = PictureShape(
                batch: Int.random(in: 1...2, using: &rng), rows: Int.random(in: 1...12, using: &rng),
                columns: Int.random(in: 1...14, using: &rng), channels: inputs)
            guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { continue }
            let weight = numbers(outputs * (isDepthwise ? 1 : inputs) * window.rows * window.columns, &rng)
            let (x, bias) = (numbers(shape.count, &rng), numbers(outputs, &rng))
            let count = shape.batch * rows * columns * outputs
            let residual = isDepthwise ? nil : numbers(count, &rng)
            let convolution = Convolution(
                window, inputs: inputs, outputs: outputs, isDepthwise: isDepthwise, weight: weight, bias: bias,
                then: .silu)
            // The same in one piece and in two.
            let first = isDepthwise ? inputs : Int.random(in: 1...inputs, using: &rng)
            let pieces = [0..<first, first..<inputs].filter { !$0.isEmpty }.map { channels in
                (x.rows(of: inputs).flatMap { $0[channels] }, channels.count)
            }
            let result = made(count) { out in
                let places = pieces.map { numbers, channels in
                    let place = UnsafeMutablePointer<Float>.allocateLines(count: numbers.count)
                    place.initialize(from: numbers, count: numbers.count)
                    return PicturePiece(numbers: place, channels: channels)
                }
                convolution.apply(places, shape, residual: residual, to: out, on: pool)
                for place in places { place.numbers.deallocate() }
            }
            let expected = Convolution.reference(
                x, shape, window, outputs: outputs, groups: isDepthwise ? inputs : 1, weight: weight, bias: bias,
                then: .silu, residual: residual)
            // Sums of up to 700 products of up to 4, of which some cancel out.
            #expect(isClose(result, expected, within: 1e-4), "\(window), \(shape)")
        }
    }

    @Test func `spreading convolutions`() {
        var rng = SeededGenerator(seed: 5)
        for _ in 0..<30 {
            let shape = PictureShape(
                batch: Int.random(in: 1...2, using: &rng), rows: Int.random(in: 1...6, using: &rng),
                columns: Int.random(in: 1...6, using: &rng), channels: Int.random(in: 1...20, using: &rng))
            let (rows, columns) = (Int.random(in: 1...3, using: &rng), Int.random(in: 1...3, using: &rng))
            let outputs = Int.random(in: 1...20, using: &rng)
            let weight = numbers(shape.channels * outputs * rows * columns, &rng)
            let (x, bias) = (numbers(shape.count, &rng), numbers(outputs, &rng))
            let convolution = SpreadConvolution(
                rows: rows, columns: columns, inputs: shape.channels, outputs: outputs, weight: weight, bias: bias,
                then: .sigmoid)
            let result = made(shape.pixels * rows * columns * outputs) { convolution.apply(x, shape, to: $0, on: pool) }
            let expected = SpreadConvolution.reference(
                x, shape, rows: rows, columns: columns, outputs: outputs, weight: weight, bias: bias, then: .sigmoid)
            #expect(isClose(result, expected))
        }
    }

    @Test(arguments: [true, false]) func `pooling`(isMaximum: Bool) {
        var rng = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            let window = WindowGeometry(
                rows: Int.random(in: 1...3, using: &rng), columns: Int.random(in: 1...3, using: &rng),
                rowStride: Int.random(in: 1...3, using: &rng), columnStride: Int.random(in: 1...3, using: &rng),
                bottom: Int.random(in: 0...1, using: &rng), right: Int.random(in: 0...1, using: &rng))
            let shape = PictureShape(
                batch: 2, rows: Int.random(in: 1...7, using: &rng), columns: Int.random(in: 1...7, using: &rng),
                channels: Int.random(in: 1...20, using: &rng))
            guard let (rows, columns) = window.result(rows: shape.rows, columns: shape.columns) else { continue }
            let x = numbers(shape.count, &rng)
            let result = made(2 * rows * columns * shape.channels) {
                Pooling.apply(x, shape, window, isMaximum: isMaximum, to: $0, on: pool)
            }
            #expect(isClose(result, Pooling.reference(x, shape, window, isMaximum: isMaximum)))
        }
    }

    @Test func `means of pictures, and pixels repeated`() {
        var rng = SeededGenerator(seed: 7)
        let shape = PictureShape(batch: 2, rows: 5, columns: 7, channels: 19)
        let x = numbers(shape.count, &rng)
        let mean = made(38) { Pooling.mean(x, shape, to: $0, on: pool) }
        let whole = WindowGeometry(rows: 5, columns: 7)
        #expect(isClose(mean, Pooling.reference(x, shape, whole, isMaximum: false)))
        for (rows, columns) in [(1, 1), (2, 2), (3, 1), (1, 4)] {
            let large = made(shape.count * rows * columns) {
                Enlargement.apply(x, shape, rows: rows, columns: columns, to: $0, on: pool)
            }
            let expected = Enlargement.reference(x, shape, rows: rows, columns: columns)
            #expect(large == expected)
            let others = numbers(expected.count, &rng)
            let sum = made(expected.count) { base in
                base.update(from: others, count: others.count)
                Enlargement.add(x, shape, rows: rows, columns: columns, onto: base, to: base, on: pool)
            }
            #expect(sum == zip(others, expected).map(+))
        }
    }

    @Test func `other orders of axes`() {
        var rng = SeededGenerator(seed: 8)
        for _ in 0..<60 {
            let sides = (0..<Int.random(in: 1...5, using: &rng)).map { _ in Int.random(in: 1...6, using: &rng) }
            let moves = Array(sides.indices).shuffled(using: &rng)
            let x = numbers(sides.reduce(1, *), &rng)
            let result = made(x.count) { Permutation.apply(x, sides, moves, to: $0, on: pool) }
            #expect(result == Permutation.reference(x, sides, moves))
        }
    }

    @Test(arguments: [Combination.add, .subtract, .multiply, .divide])
    func `the smaller spread over the larger`(kind: Combination) {
        var rng = SeededGenerator(seed: 9)
        for _ in 0..<60 {
            let sides = (0..<Int.random(in: 1...5, using: &rng)).map { _ in Int.random(in: 1...6, using: &rng) }
            let small = sides.map { Bool.random(using: &rng) ? $0 : 1 }
            let (a, b) = (numbers(sides.reduce(1, *), &rng), numbers(small.reduce(1, *), &rng))
            let spread = Broadcast(sides: sides, smallSides: small)
            let result = made(a.count) { spread.apply(kind, a, b, to: $0, on: pool) }
            #expect(result == Broadcast.reference(kind, a, sides, b, small), "\(sides) and \(small)")
        }
    }

    @Test func `products of matrices that are both computed`() {
        var rng = SeededGenerator(seed: 10)
        for _ in 0..<20 {
            let (matrices, rows) = (Int.random(in: 1...4, using: &rng), Int.random(in: 1...30, using: &rng))
            let (depth, columns) = (Int.random(in: 1...20, using: &rng), Int.random(in: 1...40, using: &rng))
            let (a, b) = (numbers(matrices * rows * depth, &rng), numbers(matrices * depth * columns, &rng))
            let result = made(matrices * rows * columns) {
                MatrixProduct.apply(
                    a, b, matrices: matrices, rows: rows, depth: depth, columns: columns, to: $0, on: pool)
            }
            let expected = MatrixProduct.reference(
                a, b, matrices: matrices, rows: rows, depth: depth, columns: columns)
            #expect(isClose(result, expected))
        }
    }

    @Test(arguments: [false, true]) func `products of runs, on narrow processors too`(isNarrow: Bool) {
        var rng = SeededGenerator(seed: 13)
        let panel = Int(KERNEL_PANEL)
        for _ in 0..<100 {
            let (rows, columns) = (Int.random(in: 1...40, using: &rng), Int.random(in: 1...70, using: &rng))
            let depths = (0..<Int.random(in: 1...4, using: &rng)).map { _ in Int.random(in: 1...20, using: &rng) }
            let (depth, step) = (depths.reduce(0, +), Int.random(in: 0...30, using: &rng))
            let x = depths.map { numbers((rows - 1) * step + $0, &rng) }
            let weight = numbers(depth * columns, &rng)
            let padded = (columns + panel - 1) / panel * panel
            let bias = numbers(padded, &rng)
            var panels = [Float](repeating: 0, count: padded * depth)
            for k in 0..<depth {
                for column in 0..<columns {
                    panels[(column / panel * depth + k) * panel + column % panel] = weight[k * columns + column]
                }
            }
            let result = made(rows * columns) { out in
                let places = x.map { numbers in
                    let place = UnsafeMutablePointer<Float>.allocateLines(count: numbers.count)
                    place.initialize(from: numbers, count: numbers.count)
                    return place
                }
                var (runs, start) = ([kernel_run](), 0)
                for (place, depth) in zip(places, depths) {
                    runs.append(kernel_run(x: place, step: step, start: start, depth: depth))
                    start += depth
                }
                bias.withUnsafeBufferPointer { bias in
                    var finish = kernel_finish(
                        bias: bias.baseAddress, kind: Int32(KERNEL_RELU.rawValue), a: 0, b: 0)
                    (isNarrow ? kernel_run_product_narrow : kernel_run_product)(
                        runs, runs.count, rows, depth, panels, columns, &finish, nil, out, columns)
                }
                for place in places { place.deallocate() }
            }
            let joined = (0..<rows).map { row in zip(x, depths).flatMap { $0[(row * step)..<(row * step + $1)] } }
            let expected = PanelProduct.reference(
                joined, weight: weight.rows(of: columns), bias: Array(bias.prefix(columns)), then: .relu, residual: nil)
            #expect(isClose(result, Array(expected.joined())), "\(rows) × \(depths) × \(columns)")
        }
    }

    @Test(arguments: [false, true]) func `windows channel by channel, on narrow processors too`(isNarrow: Bool) {
        var rng = SeededGenerator(seed: 14)
        for side in 1...7 {
            for stride in 1...3 {
                for count in [1, 7, 8, 9, 21] {
                    let channels = Int.random(in: 1...40, using: &rng)
                    let (left, right) = (Int.random(in: 0..<side, using: &rng), Int.random(in: 0..<side, using: &rng))
                    let window = WindowGeometry(
                        rows: Int.random(in: 1...3, using: &rng), columns: side, columnStride: stride, left: left,
                        right: right)
                    let width = max((count - 1) * stride + side - left - right, 1)
                    let shape = PictureShape(batch: 1, rows: window.rows, columns: width, channels: channels)
                    guard window.result(rows: window.rows, columns: width)?.columns == count else { continue }
                    let (x, bias) = (numbers(shape.count, &rng), numbers(channels, &rng))
                    let weight = numbers(window.rows * side * channels, &rng)
                    var part = kernel_window(
                        rows: window.rows, columns: side, stride: stride, channels: channels,
                        x_pixel: channels, pixel: channels, x_step: shape.columns * channels,
                        weight_step: side * channels, left: left, width: width)
                    let result = made(count * channels) { out in
                        bias.withUnsafeBufferPointer { bias in
                            var finish = kernel_finish(
                                bias: bias.baseAddress, kind: Int32(KERNEL_RELU.rawValue), a: 0, b: 0)
                            (isNarrow ? kernel_depthwise_narrow : kernel_depthwise)(
                                &part, count, x, weight, &finish, out)
                        }
                    }
                    let taps = window.rows * side
                    let expected = Convolution.reference(
                        x, shape, window, outputs: channels, groups: channels,
                        weight: (0..<channels).flatMap { channel in (0..<taps).map { weight[$0 * channels + channel] }
                        },
                        bias: bias, then: .relu, residual: nil)
                    #expect(isClose(result, expected), "\(window), \(shape)")
                }
            }
        }
    }
}
