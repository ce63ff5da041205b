/// The keys and values of one attention layer for one sequence: `[positions, key heads · width]` each, in float32.
public struct KeyValueCache: ~Copyable {
    private(set) var keys: Tensor
    private(set) var values: Tensor
    /// How many positions are held.
    public private(set) var count = 0
    private var capacity: Int

    /// Bytes of the positions held: what a copy takes.
    public var byteCount: Int { 2 * count * keys.columns * MemoryLayout<Float>.stride }

    /// An empty cache for rows of so many numbers.
    public init(columns: Int) {
        keys = Tensor(rows: 0, columns: columns)
        values = Tensor(rows: 0, columns: columns)
        capacity = 0
    }

    /// Appends rows of normed and rotated keys, and of values.
    public mutating func append(keys newKeys: borrowing Tensor, values newValues: borrowing Tensor, rows: Range<Int>) {
        precondition(newKeys.columns == keys.columns && newValues.columns == values.columns)
        reserve(count + rows.count)
        keys.setRows(from: count, to: newKeys, rows: rows)
        values.setRows(from: count, to: newValues, rows: rows)
        count += rows.count
    }

    /// The same positions in memory of their own.
    public borrowing func copy() -> KeyValueCache {
        var twin = KeyValueCache(columns: keys.columns)
        twin.append(keys: keys, values: values, rows: 0..<count)
        return twin
    }

    /// The keys held, row after row: for tests and for what is kept.
    public var keyNumbers: [Float] { Array(keys.numbers.prefix(count * keys.columns)) }
    /// The values held, row after row.
    public var valueNumbers: [Float] { Array(values.numbers.prefix(count * values.columns)) }

    /// By a quarter at least, so that a long answer copies each row a bounded number of times. Doubling cost eight sequences that
    /// begin alike 130 MB.
    private mutating func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        capacity = max(wanted, capacity + capacity / 4, 64)
        var grownKeys = Tensor(unsetRows: capacity, columns: keys.columns)
        var grownValues = Tensor(unsetRows: capacity, columns: values.columns)
        grownKeys.setRows(from: 0, to: keys, rows: 0..<count)
        grownValues.setRows(from: 0, to: values, rows: 0..<count)
        keys = grownKeys
        values = grownValues
    }
}
