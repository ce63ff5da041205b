import Tensors

/// Rows of pictures that were looked at lately: another question about the same picture costs no second look.
///
/// A row depends on its own unit alone, so what is kept is what would be computed again, to the bit. Used by one thread at a
/// time: the engine's.
final class VisionRowCache {
    /// A unit's pixels and how it is looked at, by 128 bits under a key that changes with each process.
    struct Key: Hashable {
        private let low, high: Int

        init(_ unit: VisionUnit, _ mode: DownsampleMode) {
            func hash(_ salt: Int) -> Int {
                var hasher = Hasher()
                hasher.combine(salt)
                hasher.combine(unit.rows)
                hasher.combine(mode)
                unit.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
                return hasher.finalize()
            }
            (low, high) = (hash(0), hash(1))
        }
    }

    /// Numbers that are kept: 32 MB, some hundred pictures at 16x, or a dozen large ones at 4x.
    private let limit: Int
    private var rows: [Key: [Float]] = [:]
    /// From the one that was used longest ago on.
    private var order: [Key] = []
    private var count = 0

    init(limit: Int = 8 << 20) { self.limit = limit }

    /// What is kept of a unit.
    func rows(of key: Key) -> [Float]? {
        guard let found = rows[key] else { return nil }
        order.removeAll { $0 == key }
        order.append(key)
        return found
    }

    /// Keeps a unit's rows, at the cost of those that were used longest ago.
    func keep(_ numbers: [Float], of key: Key) {
        guard numbers.count <= limit, rows[key] == nil else { return }
        rows[key] = numbers
        order.append(key)
        count += numbers.count
        while count > limit, let oldest = order.first {
            order.removeFirst()
            count -= rows.removeValue(forKey: oldest)?.count ?? 0
        }
    }
}
