/// One tensor of a mapped file: its place, shape and type. The bytes stay where they are.
public struct WeightTensor: Sendable {
    /// The name in the file.
    public let name: String
    /// Sides, outermost first: `[out, in]` for a matrix.
    public let shape: [Int]
    /// How its numbers are stored.
    public let type: DType
    let map: WeightMap
    let offset: Int
    /// How many numbers apart neighbours of each side lie; `nil`: in order, the last side's next to each other.
    private var strides: [Int]?

    /// How many numbers it has.
    public var count: Int { shape.reduce(1, *) }

    /// The file that holds it, for messages.
    public var path: String { map.path }

    /// A tensor at a place of a file.
    ///
    /// - Throws: where the place, the shape or the blocks do not fit the file.
    init(name: String, shape: [Int], type: DType, map: WeightMap, offset: Int, end: Int?) throws(WeightFileError) {
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow else { throw .malformed(map.path, "the tensor \(name) has an impossible shape") }
            count = product
        }
        guard (shape.last ?? 1) % type.blockCount == 0, let size = type.bytes(of: count) else {
            throw .malformed(map.path, "the rows of the tensor \(name) are no whole \(type.rawValue) blocks")
        }
        guard offset >= 0, offset <= map.bytes.count, size <= map.bytes.count - offset,
            end == nil || end == offset + size
        else {
            throw .malformed(map.path, "the tensor \(name) lies outside the file or has another size than its shape")
        }
        self.name = name
        self.shape = shape
        self.type = type
        self.map = map
        self.offset = offset
    }

    /// A tensor of float32 numbers that may lie in another order than its sides.
    ///
    /// - `limit`: how many numbers of the file, from the offset on, it may lie in.
    /// - Throws: where it does not.
    init(name: String, shape: [Int], strides: [Int], map: WeightMap, offset: Int, limit: Int) throws(WeightFileError) {
        var (last, count, isInOrder) = (0, 1, true)
        for (side, stride) in zip(shape, strides).reversed() {
            isInOrder = isInOrder && (side == 1 || stride == count)
            let (size, sizeOverflow) = count.multipliedReportingOverflow(by: side)
            let (reach, overflow) = stride.multipliedReportingOverflow(by: max(side - 1, 0))
            guard side >= 0, stride >= 0, !sizeOverflow, !overflow, reach <= limit else {
                throw .malformed(map.path, "the tensor \(name) has an impossible shape")
            }
            (count, last) = (size, last + reach)
        }
        // None has more numbers than there are: a stride of nought would repeat one for ever.
        guard count <= limit, count == 0 || last < limit else {
            throw .malformed(map.path, "the tensor \(name) lies outside its storage")
        }
        try self.init(
            name: name, shape: shape, type: .f32, map: map, offset: offset, end: nil)
        if !isInOrder { self.strides = strides }
    }

    /// All numbers as float32, in the order of the sides: for vectors and small tables.
    public func widened() -> [Float] {
        strides.map(gathered) ?? numbersInOrder()
    }

    private func gathered(_ strides: [Int]) -> [Float] {
        // Sides may be long where there is no number at all.
        var places = count > 0 ? [0] : []
        for (side, stride) in zip(shape, strides) {
            places = places.flatMap { place in (0..<side).map { place + $0 * stride } }
        }
        return places.map { place in
            Float(bitPattern: map.bytes.loadUnaligned(fromByteOffset: offset + 4 * place, as: UInt32.self).littleEndian)
        }
    }

    private func numbersInOrder() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { numbers, filled in
            if let to = numbers.baseAddress, let from = map.bytes.baseAddress {
                Dequantisation.fast(from + offset, as: type, to: to, count: count)
            }
            filled = count
        }
    }

    /// This as a matrix of `[shape[0], the rest]`. Traps where its numbers do not lie in order, as only PyTorch's may.
    public func matrix(_ precision: Precision) -> WeightMatrix {
        precondition(strides == nil, "the rows of \(name) do not lie in one piece")
        return WeightMatrix(self, precision)
    }
}

/// A matrix of weights, `[rows, columns]` = `[out, in]`, in the file's own precision.
public struct WeightMatrix: Sendable {
    /// Outputs.
    public let rows: Int
    /// Inputs.
    public let columns: Int
    /// How its numbers are stored.
    public let type: DType
    private let map: WeightMap
    private let offset: Int
    private let rowBytes: Int
    /// The same for products of integers, where that is how it is computed with.
    private(set) var packed: PackedIntegers?

    /// Smaller matrices are computed with in float32: they cost next to nothing.
    private static let leastForIntegers = (columns: 256, count: 1 << 17)

    fileprivate init(_ tensor: WeightTensor, _ precision: Precision) {
        rows = tensor.shape.first ?? 1
        columns = tensor.shape.dropFirst().reduce(1, *)
        type = tensor.type
        map = tensor.map
        offset = tensor.offset
        rowBytes = columns / type.blockCount * type.blockBytes
        let least = Self.leastForIntegers
        let isLarge = columns >= least.columns && rows * columns >= least.count
        if precision == .integerThroughout || precision == .integer && isLarge { packed = PackedIntegers(self) }
    }

    /// Whether products are made of a copy of the weights, in integers.
    public var hasCopy: Bool { packed != nil }

    /// Lets the system take back what was read of the file; it is read again where it is used again.
    public func releaseMemory() { map.release(offset..<(offset + byteCount)) }

    /// The bytes that a whole pass over the weights reads.
    public var byteCount: Int { rows * rowBytes }

    /// The bytes that a product with it reads.
    public var productByteCount: Int { packed?.byteCount ?? byteCount }

    /// The first byte of a row.
    func row(_ index: Int) -> UnsafeRawPointer {
        guard let base = map.bytes.baseAddress else { preconditionFailure("an empty file has no rows") }
        return base + offset + index * rowBytes
    }

    /// Widens rows to float32.
    func widen(_ range: Range<Int>, to: UnsafeMutablePointer<Float>) {
        Dequantisation.fast(row(range.lowerBound), as: type, to: to, count: range.count * columns)
    }

    /// One number.
    ///
    /// - Traps for types whose numbers share blocks.
    func number(row index: Int, column: Int) -> Float {
        precondition(type.blockCount == 1, "a number of a \(type.rawValue) block alone")
        var number: Float = 0
        Dequantisation.fast(row(index) + column * type.blockBytes, as: type, to: &number, count: 1)
        return number
    }

    /// Writes one row as float32 over a row of `to`: an embedding's look-up.
    ///
    /// - Traps where a row is outside, or the widths differ.
    public func copyRow(_ index: Int, to tensor: inout Tensor, row: Int) {
        precondition(
            0..<rows ~= index && 0..<tensor.rows ~= row && columns == tensor.columns, "row \(index) of \(rows)")
        widen(index..<(index + 1), to: tensor.base + row * columns)
    }
}
