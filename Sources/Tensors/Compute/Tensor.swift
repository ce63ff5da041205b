import CKernels

/// A matrix of float32 in memory of its own: `[rows, columns]`, row-major.
///
/// Everything that flows between layers has this shape: a row for a token or a patch. Owned by one place at a time;
/// `copy()` says that it copies.
public struct Tensor: ~Copyable {
    /// Tokens or patches.
    public private(set) var rows: Int
    /// Numbers in a row.
    public let columns: Int
    let base: UnsafeMutablePointer<Float>
    private let capacity: Int
    private let memory: ComputeMemory.Block

    /// Zeros of this shape.
    ///
    /// - Traps on negative sides.
    public init(rows: Int, columns: Int) {
        self.init(unsetRows: rows, columns: columns)
        base.update(repeating: 0, count: count)
    }

    /// This shape, for numbers that are all written before any is read: until then they are whatever was there before.
    ///
    /// - Traps on negative sides.
    public init(unsetRows rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a tensor of \(rows) × \(columns)")
        self.rows = rows
        self.columns = columns
        capacity = rows
        memory = ComputeMemory.tensors.take(rows * columns * MemoryLayout<Float>.stride)
        base = memory.base.bindMemory(to: Float.self, capacity: rows * columns)
    }

    /// These numbers, row after row.
    ///
    /// - Traps unless they fill whole rows.
    public init(_ numbers: [Float], columns: Int) {
        precondition(columns > 0 && numbers.count % columns == 0, "\(numbers.count) numbers in rows of \(columns)")
        self.init(unsetRows: numbers.count / columns, columns: columns)
        base.update(from: numbers, count: numbers.count)
    }

    deinit { ComputeMemory.tensors.give(memory) }

    /// How many numbers there are.
    public var count: Int { rows * columns }

    /// The same numbers in memory of their own.
    public borrowing func copy() -> Tensor {
        let twin = Tensor(unsetRows: rows, columns: columns)
        twin.base.update(from: base, count: count)
        return twin
    }

    /// All numbers, row after row.
    public var numbers: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// The numbers of one row.
    public func row(_ index: Int) -> [Float] {
        precondition(0..<rows ~= index, "row \(index) of \(rows)")
        return Array(UnsafeBufferPointer(start: base + index * columns, count: columns))
    }

    /// Uses only the first rows from here on, or again more of those that were allocated; their content stays.
    public mutating func useRows(_ count: Int) {
        precondition(0...capacity ~= count, "\(count) rows of \(capacity)")
        rows = count
    }

    /// Adds another tensor of the same shape.
    public mutating func add(_ other: borrowing Tensor) {
        precondition(rows == other.rows && columns == other.columns, "the shapes differ")
        kernel_add(base, other.base, count)
    }

    /// The same numbers in rows of another width.
    ///
    /// - Traps unless they fill whole rows.
    public borrowing func reshaped(columns: Int) -> Tensor {
        precondition(columns > 0 && count % columns == 0, "\(count) numbers in rows of \(columns)")
        let reshaped = Tensor(unsetRows: count / columns, columns: columns)
        reshaped.base.update(from: base, count: count)
        return reshaped
    }

    /// Columns in blocks of `width`, every other block from `first` (0 or 1) on: two interleaved tensors taken apart.
    ///
    /// - Traps unless the columns are pairs of blocks.
    public borrowing func everyOtherBlock(of width: Int, from first: Int) -> Tensor {
        precondition(width > 0 && columns % (2 * width) == 0 && (0...1).contains(first))
        let half = Tensor(unsetRows: rows, columns: columns / 2)
        for block in 0..<(half.count / width) {
            (half.base + block * width).update(from: base + (2 * block + first) * width, count: width)
        }
        return half
    }

    /// The mean of each so many rows.
    ///
    /// - Traps unless `group` divides the rows.
    public borrowing func meansOfRows(_ group: Int) -> Tensor {
        precondition(group > 0 && rows % group == 0, "\(rows) rows in groups of \(group)")
        let means = Tensor(rows: rows / group, columns: columns)
        for row in 0..<rows {
            kernel_add_scaled(means.base + row / group * columns, base + row * columns, 1 / Float(group), columns)
        }
        return means
    }

    /// Copies rows of another tensor over rows of this one.
    public mutating func setRows(from start: Int, to other: borrowing Tensor, rows range: Range<Int>) {
        precondition(columns == other.columns && range.upperBound <= other.rows && start + range.count <= rows)
        (base + start * columns).update(from: other.base + range.lowerBound * columns, count: range.count * columns)
    }

    /// Sets one row.
    public mutating func setRow(_ index: Int, to numbers: [Float]) {
        precondition(0..<rows ~= index && numbers.count == columns, "row \(index) of \(rows), \(numbers.count) numbers")
        (base + index * columns).update(from: numbers, count: columns)
    }

    /// The numbers, for reading.
    public func withNumbers<Result>(_ read: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        try read(UnsafeBufferPointer(start: base, count: count))
    }

    /// The numbers, for writing.
    public mutating func withMutableNumbers<Result>(
        _ write: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try write(UnsafeMutableBufferPointer(start: base, count: count))
    }
}
