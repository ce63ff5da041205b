/// The kernel's records that wait to be decided: in order, repeats dropped, bounded.
///
/// What happened to a name is looked up on disk when its turn comes, so the same kind of event twice says no more than
/// once. A rename gives names a new meaning: what was told before it is not a repeat of what is told after.
struct RecordBacklog {
    private(set) var records: [KernelRecord] = []
    private var sinceRename: Set<KernelRecord> = []
    private var isOverflowed = false
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { records.isEmpty }

    /// Adds a record. Beyond the capacity all that waits gives way to one overflow, and nothing more is kept until
    /// that is taken.
    mutating func add(_ record: KernelRecord) {
        guard !isOverflowed else { return keepIfVital(record) }
        switch record.kind {
        case .overflowed:
            return overflow()
        case .movedFrom, .movedTo:
            sinceRename.removeAll(keepingCapacity: true)
        default:
            guard sinceRename.insert(record).inserted else { return }
        }
        records.append(record)
        if records.count > capacity { overflow() }
    }

    /// All that waits, oldest first.
    mutating func take() -> [KernelRecord] {
        defer { self = RecordBacklog(capacity: capacity) }
        return records
    }

    private mutating func overflow() {
        let vital = records.filter(\.isVital)
        records = []
        sinceRename = []
        isOverflowed = true
        vital.forEach { keepIfVital($0) }
        records.append(KernelRecord(watch: -1, kind: .overflowed))
    }

    /// A crawl finds every entry again, but not that a watch has ended: those records survive. A watch ends once, so
    /// they are bounded by the number of watches.
    private mutating func keepIfVital(_ record: KernelRecord) {
        if record.isVital { records.append(record) }
    }
}

extension KernelRecord {
    fileprivate var isVital: Bool { kind == .watchEnded || kind == .unmounted }
}
