/// Puts operators together that belong together: constants that follow a convolution go into it, functions are applied where
/// a sum is made, and what exporters spell out (GELU, swish, layer norm) becomes one step again.
///
/// Only what nobody else looks at disappears.
struct GraphFusion {
    private var steps: [GraphDraft.Step?]
    private let output: Int
    /// By value: the step that makes it.
    private var makers: [Int: Int] = [:]
    /// By value: how often it is looked at.
    private var uses: [Int: Int] = [:]

    /// The draft's steps, fused, in order.
    static func steps(of draft: GraphDraft) -> [GraphDraft.Step] {
        var fusion = GraphFusion(draft)
        for index in fusion.steps.indices { fusion.restorePatterns(at: index) }
        for index in fusion.steps.indices { fusion.weighOnce(at: index) }
        for index in fusion.steps.indices { fusion.foldIntoProducts(at: index) }
        for index in fusion.steps.indices { fusion.foldResidual(at: index) }
        for index in fusion.steps.indices { fusion.chainDepthwise(at: index) }
        for index in fusion.steps.indices { fusion.chain(at: index) }
        fusion.dropUnused()
        return fusion.steps.compactMap(\.self)
    }

    private init(_ draft: GraphDraft) {
        steps = draft.steps
        output = draft.output
        uses[output] = 1
        for (index, step) in draft.steps.enumerated() {
            makers[step.output] = index
            for value in step.inputs.compactMap(\.value) { uses[value, default: 0] += 1 }
        }
    }

    /// The step that makes a value, where only one other looks at it.
    private func onlyMaker(of value: Int?, uses expected: Int = 1) -> (index: Int, step: GraphDraft.Step)? {
        guard let value, uses[value] == expected, let index = makers[value], let step = steps[index] else { return nil }
        return (index, step)
    }

    private mutating func replace(_ index: Int, with step: GraphDraft.Step, dropping dropped: [Int]) {
        for old in dropped + [index] {
            for value in steps[old]?.inputs.compactMap(\.value) ?? [] { uses[value, default: 1] -= 1 }
            steps[old] = nil
        }
        steps[index] = step
        for value in step.inputs.compactMap(\.value) { uses[value, default: 0] += 1 }
    }

    private mutating func dropUnused() {
        for index in steps.indices.reversed() {
            guard let step = steps[index], uses[step.output, default: 0] == 0 else { continue }
            for value in step.inputs.compactMap(\.value) { uses[value, default: 1] -= 1 }
            steps[index] = nil
        }
    }
}

// MARK: What exporters spell out

extension GraphFusion {
    private mutating func restorePatterns(at index: Int) {
        guard let step = steps[index], case .ready(.combine) = step.operation else { return }
        if let (x, dropped) = gelu(step) { return restore(index, step, .function(.gelu), [x], dropped) }
        if let (x, dropped) = swish(step) { return restore(index, step, .function(.silu), [x], dropped) }
        if let (x, dropped) = hardSwish(step) { return restore(index, step, .function(.hardSwish), [x], dropped) }
        if let (x, operation, dropped) = layerNorm(step) { return restore(index, step, operation, [x], dropped) }
    }

    private mutating func restore(
        _ index: Int, _ step: GraphDraft.Step, _ operation: GraphOperation, _ inputs: [Int], _ dropped: [Int]
    ) {
        replace(
            index,
            with: GraphDraft.Step(
                operation: .ready(operation), inputs: inputs.map { .value($0) }, output: step.output, name: step.name),
            dropping: dropped)
    }

    private func isCombination(_ step: GraphDraft.Step, _ kind: Combination) -> Bool {
        if case .ready(.combine(kind)) = step.operation { true } else { false }
    }

    /// A combination of a value that has no other use with this number.
    private func withConstant(
        _ value: Int?, _ kind: Combination, _ number: Float, uses: Int = 1
    ) -> (index: Int, input: Int)? {
        guard let (index, step) = onlyMaker(of: value, uses: uses), isCombination(step, kind),
            let constant = step.constantInput?.scalar, abs(constant - number) <= 1e-5 * abs(number),
            kind == .add || kind == .multiply || step.inputs[1].constant != nil, let input = step.valueInput
        else { return nil }
        return (index, input)
    }

    /// `x · (1 + erf(x / √2)) · 0.5`
    private func gelu(_ step: GraphDraft.Step) -> (Int, [Int])? {
        guard isCombination(step, .multiply), step.constantInput?.scalar == 0.5,
            let (product, twice) = onlyMaker(of: step.valueInput), isCombination(twice, .multiply)
        else { return nil }
        let values = twice.inputs.compactMap(\.value)
        guard values.count == 2 else { return nil }
        for (x, sum) in [(values[0], values[1]), (values[1], values[0])] {
            guard let (one, erfValue) = withConstant(sum, .add, 1), let (erf, erfStep) = onlyMaker(of: erfValue),
                case .errorFunction = erfStep.operation,
                let (root, inner) = withConstant(erfStep.inputs.first?.value, .divide, 1.41421356), inner == x
            else { continue }
            return (x, [product, one, erf, root])
        }
        return nil
    }

    /// `x · sigmoid(x)`
    private func swish(_ step: GraphDraft.Step) -> (Int, [Int])? {
        let values = step.inputs.compactMap(\.value)
        guard isCombination(step, .multiply), values.count == 2 else { return nil }
        for (x, gate) in [(values[0], values[1]), (values[1], values[0])] {
            guard let (index, maker) = onlyMaker(of: gate), case .ready(.function(.sigmoid)) = maker.operation,
                maker.inputs.first?.value == x
            else { continue }
            return (x, [index])
        }
        return nil
    }

    /// `x · clip(x + 3, 0, 6) / 6`
    private func hardSwish(_ step: GraphDraft.Step) -> (Int, [Int])? {
        guard isCombination(step, .divide), step.inputs.last?.constant?.scalar == 6,
            let (product, times) = onlyMaker(of: step.inputs.first?.value), isCombination(times, .multiply)
        else { return nil }
        let values = times.inputs.compactMap(\.value)
        guard values.count == 2 else { return nil }
        for (x, gate) in [(values[0], values[1]), (values[1], values[0])] {
            guard let (clip, clipStep) = onlyMaker(of: gate), case .ready(.function(.clip(0, 6))) = clipStep.operation,
                let (three, inner) = withConstant(clipStep.inputs.first?.value, .add, 3), inner == x
            else { continue }
            return (x, [clip, three, product])
        }
        return nil
    }

    /// `(x − mean(x)) / √(mean((x − mean(x))²) + ε) · gain + bias`, over the last axis
    private func layerNorm(_ step: GraphDraft.Step) -> (Int, GraphOperation, [Int])? {
        guard isCombination(step, .add), let bias = step.constantInput?.floats,
            let (scaled, scale) = onlyMaker(of: step.valueInput), isCombination(scale, .multiply),
            let gain = scale.constantInput?.floats, gain.count == bias.count,
            let (divided, division) = onlyMaker(of: scale.valueInput), isCombination(division, .divide),
            let (root, rootStep) = onlyMaker(of: division.inputs.last?.value),
            case .squareRoot = rootStep.operation,
            let (added, addition) = onlyMaker(of: rootStep.inputs.first?.value), isCombination(addition, .add),
            let epsilon = addition.constantInput?.scalar,
            let (squares, meanOfSquares) = onlyMaker(of: addition.valueInput),
            case .mean(axes: [-1]) = meanOfSquares.operation,
            let (powered, power) = onlyMaker(of: meanOfSquares.inputs.first?.value), case .power = power.operation,
            power.inputs.last?.constant?.scalar == 2,
            let (centred, centre) = onlyMaker(of: power.inputs.first?.value, uses: 2), isCombination(centre, .subtract),
            division.inputs.first?.value == centre.output, let x = centre.inputs.first?.value,
            let (mean, meanStep) = onlyMaker(of: centre.inputs.last?.value),
            case .mean(axes: [-1]) = meanStep.operation, meanStep.inputs.first?.value == x
        else { return nil }
        return (
            x, .layerNorm(gain: gain, bias: bias, epsilon: epsilon),
            [scaled, divided, root, added, squares, powered, centred, mean]
        )
    }
}

// MARK: What follows a sum

extension GraphFusion {
    /// `x + x · s`, as where channels are weighed: `x · (s + 1)`, since there are few weights, and many numbers.
    private mutating func weighOnce(at index: Int) {
        guard let step = steps[index], isCombination(step, .add) else { return }
        let values = step.inputs.compactMap(\.value)
        guard values.count == 2 else { return }
        for (x, weighed) in [(values[0], values[1]), (values[1], values[0])] {
            guard let (maker, product) = onlyMaker(of: weighed), isCombination(product, .multiply) else { continue }
            let factors = product.inputs.compactMap(\.value)
            guard factors.count == 2, let place = factors.firstIndex(of: x) else { continue }
            let one = GraphConstant(shape: [], numbers: .floats([1]))
            replace(
                maker,
                with: GraphDraft.Step(
                    operation: .ready(.combine(.add)), inputs: [.value(factors[1 - place]), .constant(one)],
                    output: weighed, name: step.name), dropping: [])
            return replace(
                index,
                with: GraphDraft.Step(
                    operation: .ready(.combine(.multiply)), inputs: [.value(x), .value(weighed)], output: step.output,
                    name: product.name), dropping: [])
        }
    }

    private mutating func foldIntoProducts(at index: Int) {
        guard let step = steps[index], let (producer, product) = onlyMaker(of: step.valueInput) else { return }
        var folded = product
        switch (product.operation, step.operation) {
        case (.convolution(var window), .ready(.combine(.add))):
            guard window.function == .nothing, let constant = step.constantInput,
                let shift = Self.perChannel(constant, window.outputs)
            else { return }
            window.fold(scale: [Float](repeating: 1, count: window.outputs), shift: shift)
            folded.operation = .convolution(window)
        case (.convolution(var window), .batchNorm(let scale, let shift)):
            guard window.function == .nothing, scale.count == window.outputs else { return }
            window.fold(scale: scale, shift: shift)
            folded.operation = .convolution(window)
        case (.convolution(var window), .ready(.function(let function))):
            guard window.function == .nothing else { return }
            window.function = function
            folded.operation = .convolution(window)
        case (.linear(let weight, let depth, let columns, nil, .nothing), .ready(.combine(.add))):
            guard let bias = step.constantInput, bias.shape == [columns], let numbers = bias.floats else { return }
            folded.operation = .linear(weight: weight, depth: depth, columns: columns, bias: numbers, then: .nothing)
        case (.linear(let weight, let depth, let columns, let bias, .nothing), .ready(.function(let function))):
            folded.operation = .linear(weight: weight, depth: depth, columns: columns, bias: bias, then: function)
        default: return
        }
        folded.output = step.output
        replace(index, with: folded, dropping: [producer])
        makers[step.output] = index
    }

    /// A constant `[1, C, 1, 1]` or of one number, as a number a channel.
    private static func perChannel(_ constant: GraphConstant, _ channels: Int) -> [Float]? {
        guard let numbers = constant.floats else { return nil }
        if numbers.count == 1 { return [Float](repeating: numbers[0], count: channels) }
        let shape = [Int](repeating: 1, count: max(4 - constant.shape.count, 0)) + constant.shape
        return shape == [1, channels, 1, 1] ? numbers : nil
    }

    /// A sum with a convolution that nobody else looks at: the other summand is its residual, where it is made before.
    private mutating func foldResidual(at index: Int) {
        guard let step = steps[index], isCombination(step, .add) else { return }
        let values = step.inputs.compactMap(\.value)
        guard values.count == 2, values[0] != values[1] else { return }
        for (made, other) in [(values[1], values[0]), (values[0], values[1])] {
            guard let (producer, product) = onlyMaker(of: made), case .convolution(let window) = product.operation,
                !window.isDepthwise, !window.isSpreading, product.inputs.count == 1
            else { continue }
            var folded = product
            folded.inputs.append(.value(other))
            folded.output = step.output
            return replace(index, with: folded, dropping: [producer])
        }
    }

    /// Products of pixels that follow each other: only the second's result is ever laid down.
    private mutating func chain(at index: Int) {
        guard let step = steps[index], case .convolution(let second) = step.operation, second.isOfPixels,
            let (producer, product) = onlyMaker(of: step.inputs.first?.value),
            case .convolution(let first) = product.operation, first.isOfPixels, product.inputs.count == 1,
            first.outputs == second.inputs,
            first.outputs * (first.inputs + second.outputs) <= PointwiseChain.weightLimit
        else { return }
        var chained = step
        chained.operation = .chain(first, second)
        chained.inputs[0] = product.inputs[0]
        replace(index, with: chained, dropping: [producer])
    }

    /// A product of pixels that widens them, and a depthwise convolution: only the second's result is ever laid down.
    private mutating func chainDepthwise(at index: Int) {
        guard let step = steps[index], case .convolution(let second) = step.operation, second.isDepthwise,
            step.inputs.count == 1, let (producer, product) = onlyMaker(of: step.inputs.first?.value),
            case .convolution(let first) = product.operation, first.isOfPixels, product.inputs.count == 1,
            first.outputs == second.inputs, first.outputs >= DepthwiseChain.leastWidening * first.inputs
        else { return }
        var chained = step
        chained.operation = .depthwiseChain(first, second)
        chained.inputs[0] = product.inputs[0]
        replace(index, with: chained, dropping: [producer])
    }
}
