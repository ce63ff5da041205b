import CKernels

/// The numbers of rows that dwarf the others of their row: kept out of the rows' bytes, and computed with in float32.
///
/// A block of 32 bytes has one scale, so that beside a number a thousand times larger the others of its block would be nought.
/// Trained networks have such numbers, mostly in the same few inputs of every row. An outlier is more than `KERNEL_OUTLIER` times
/// the root mean square of those that are none: no byte is off by more than half of a `limit`-th of that. A row without one
/// costs a pass over its numbers.
///
/// Sendable since rows are written by one thread each, all before `finish`, and only read afterwards.
final class RowOutliers: @unchecked Sendable {
    /// Empty until a row has an outlier: most never do.
    fileprivate let lists: UnsafeMutablePointer<[kernel_outlier]>
    private let rows: Int
    /// The inputs that have an outlier in some row, in their order.
    fileprivate private(set) var inputs: [UInt32] = []

    /// The definition. Slow on purpose: tests hold the fast version to it.
    static func reference(_ row: [Float]) -> [Int] {
        var (kept, before) = (Array(row.indices), 0)
        repeat {
            before = kept.count
            let squares = kept.reduce(0.0) { $0 + Double(row[$1]) * Double(row[$1]) }
            let threshold = Double(KERNEL_OUTLIER) * (squares / Double(kept.count)).squareRoot()
            kept = kept.filter { Double(abs(row[$0])) <= threshold }
        } while kept.count < before
        return row.indices.filter { !kept.contains($0) }
    }

    init(rows: Int) {
        self.rows = rows
        lists = .allocate(capacity: rows)
        lists.initialize(repeating: [], count: rows)
    }

    deinit {
        lists.deinitialize(count: rows)
        lists.deallocate()
    }

    /// Room for a row's outliers, a worker's own.
    static func scratch(_ pool: ComputePool, _ worker: Int, _ columns: Int) -> UnsafeMutablePointer<kernel_outlier> {
        UnsafeMutableRawPointer(pool.scratch(worker, count: 2 * columns))
            .bindMemory(to: kernel_outlier.self, capacity: columns)
    }

    /// Keeps a row's outliers, in the order of its inputs.
    func set(_ row: Int, _ outliers: UnsafePointer<kernel_outlier>, _ count: Int) {
        lists[row] = Array(UnsafeBufferPointer(start: outliers, count: count))
    }

    /// After the last row: lists hold places in `inputs` from here on.
    func finish() {
        for row in 0..<rows { for outlier in lists[row] { inputs.append(outlier.input) } }
        guard !inputs.isEmpty else { return }
        inputs = Set(inputs).sorted()
        let places = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, UInt32($0)) })
        for row in 0..<rows {
            for index in lists[row].indices { lists[row][index].input = places[lists[row][index].input] ?? 0 }
        }
    }

    /// A row's outliers: for tests.
    func numbers(row: Int) -> [Int: Float] {
        Dictionary(uniqueKeysWithValues: lists[row].map { (Int(inputs[Int($0.input)]), $0.number) })
    }

    /// Their product with a matrix, part by part.
    struct Product {
        private let outliers: RowOutliers
        private let weight: PackedIntegers
        private let pool: ComputePool
        /// The weights of each input, where the packed ones are no good.
        private let columns: [[Float]]?

        /// `nil` where there are no outliers.
        init?(_ outliers: RowOutliers, _ weight: PackedIntegers, on pool: ComputePool) {
            guard !outliers.inputs.isEmpty else { return nil }
            self.outliers = outliers
            self.weight = weight
            self.pool = pool
            columns = weight.outlierWeights?.columns(of: outliers.inputs, on: pool)
        }

        /// Adds to `out`, `[rows, outputs of the matrix]`, what outliers of these rows make of these outputs' weights.
        func add(rows: Range<Int>, outputs: Range<Int>, to out: UnsafeMutablePointer<Float>, _ worker: Int) {
            func add(_ row: Int, _ outlier: kernel_outlier, _ column: UnsafePointer<Float>) {
                kernel_add_scaled(
                    out + row * weight.rows + outputs.lowerBound, column, outlier.number, outputs.count)
            }
            if let columns {
                for row in rows {
                    for outlier in outliers.lists[row] {
                        columns[Int(outlier.input)].withUnsafeBufferPointer { column in
                            if let base = column.baseAddress { add(row, outlier, base + outputs.lowerBound) }
                        }
                    }
                }
                return
            }
            let (widened, places) = widenedColumns(rows: rows, outputs: outputs, worker)
            for row in rows {
                for outlier in outliers.lists[row] {
                    add(row, outlier, widened + places[Int(outlier.input)] * outputs.count)
                }
            }
        }

        /// The packed weights of the inputs that some of the rows need, widened once for all of them, and each input's place.
        private func widenedColumns(rows: Range<Int>, outputs: Range<Int>, _ worker: Int) -> (
            UnsafeMutablePointer<Float>, places: [Int]
        ) {
            var packed = weight.weights(from: outputs.lowerBound / IntegerLayout.tile)
            var (places, used) = ([Int](repeating: -1, count: outliers.inputs.count), [Int]())
            for row in rows {
                for outlier in outliers.lists[row] where places[Int(outlier.input)] < 0 {
                    places[Int(outlier.input)] = used.count
                    used.append(Int(outlier.input))
                }
            }
            let widened = pool.scratch(worker, count: used.count * outputs.count)
            for (place, input) in used.enumerated() {
                kernel_unpack_input(
                    &packed, outputs.count, Int(outliers.inputs[input]), widened + place * outputs.count)
            }
            return (widened, places)
        }
    }
}
