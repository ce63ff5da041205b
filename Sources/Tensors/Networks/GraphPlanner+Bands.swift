/// Steps that are run strip by strip.
extension GraphPlanner {
    /// What a step of a band can do; `nil`: the step looks at more than some rows.
    private static func operation(_ step: GraphStep) -> GraphBand.Operation? {
        switch step.operation {
        case .convolution(let convolution): .convolution(convolution)
        case .chain(let chain): .chain(chain)
        case .depthwiseChain(let chain): .depthwiseChain(chain)
        case .spread(let convolution): .spread(convolution)
        case .pool(let window, let isMaximum): .pool(window, isMaximum: isMaximum)
        default: nil
        }
    }

    /// A value of a band: buffers whose channels follow each other, and their picture.
    private struct BandValue {
        var buffers: [Int]
        var shape: PictureShape
    }

    /// Plans the steps from this one on that are worth running strip by strip: each value between them is large, and nobody
    /// else looks at it. Where there are none it plans nothing.
    ///
    /// - Returns: the place of the step that follows.
    mutating func planBand(from first: Int, of network: Network) throws(WeightFileError) -> Int {
        var band = GraphBand()
        var made: [Int: BandValue] = [:]
        // As far as it is a whole: what follows may have a value that others look at too.
        var (end, whole) = (first, band)
        for (index, step) in network.steps[first...].enumerated() {
            guard let value = try extend(&band, by: step, made) else { break }
            made[step.output] = value
            let isLarge = value.buffers.count > 1 || value.shape.count >= limits.whole
            let inside = first...(first + index)
            func isInner(_ value: Int) -> Bool {
                value != network.output && network.readers[value, default: []].allSatisfy(inside.contains)
            }
            let isWhole = made.keys.allSatisfy { $0 == step.output || isInner($0) }
            if isWhole, value.buffers.count == 1, index > 0 { (end, whole) = (first + index + 1, band) }
            if !isLarge { break }
        }
        guard end > first, let last = whole.steps.last else { return first }
        let shape = whole.buffers[last.output].shape
        whole.buffers[last.output].isStrip = false
        whole.cut(into: limits.strips)
        for index in whole.buffers.indices where whole.buffers[index].isStrip {
            whole.buffers[index].place = try newPlace([whole.stripCount(index)])
        }
        let to = try newPlace([shape.count])
        whole.buffers[last.output].place = to
        let places = whole.buffers.filter { !$0.isStrip }.map(\.place)
        compute(reading: places) { [whole] memory, pool in whole.run(in: memory, on: pool) }
        values[network.steps[end - 1].output] = asValue(shape, to)
        return end
    }

    /// Adds a step to a band.
    ///
    /// - Returns: what it makes; `nil`: the step does not belong there.
    private mutating func extend(
        _ band: inout GraphBand, by step: GraphStep, _ made: [Int: BandValue]
    ) throws(WeightFileError) -> BandValue? {
        var inputs: [BandValue] = []
        for operand in step.inputs {
            guard let value = operand.value else { return nil }
            if let known = made[value] {
                inputs.append(known)
            } else if values[value] != nil, let whole = try wholePicture(operand, in: &band) {
                inputs.append(whole)
            } else {
                return nil
            }
        }
        guard let first = inputs.first else { return nil }
        if case .concatenate(let axis) = step.operation {
            var joined = first
            for input in inputs.dropFirst() {
                var shape = input.shape
                joined.buffers += input.buffers
                shape.channels = joined.shape.channels
                guard shape == joined.shape else { return nil }
                joined.shape.channels += input.shape.channels
            }
            return axis == 1 ? joined : nil
        }
        guard let operation = Self.operation(step), first.buffers.count == 1 || operation.joinsInputs,
            let shape = operation.result(of: first.shape),
            inputs.count == 1 || inputs[1].buffers.count == 1 && inputs[1].shape == shape
        else { return nil }
        band.buffers.append(GraphBand.Buffer(shape: shape, place: input, isStrip: true))
        let output = band.buffers.count - 1
        band.steps.append(
            GraphBand.Step(
                operation: operation, inputs: first.buffers, residual: inputs.count > 1 ? inputs[1].buffers[0] : nil,
                output: output))
        return BandValue(buffers: [output], shape: shape)
    }

    /// A picture that is there, in the order in which bands read.
    private mutating func wholePicture(
        _ operand: GraphOperand, in band: inout GraphBand
    ) throws(WeightFileError) -> BandValue? {
        guard let (shape, pieces) = try knownPicture(operand) else { return nil }
        let buffers = pieces.map { piece in
            var own = shape
            own.channels = piece.channels
            band.buffers.append(GraphBand.Buffer(shape: own, place: piece.place, isStrip: false))
            return band.buffers.count - 1
        }
        return BandValue(buffers: buffers, shape: shape)
    }
}
