import CKernels

/// Vectors by number, of each only the signs of its components: 56 bytes, so that a million of them fit into memory and are
/// looked through in some ten milliseconds.
///
/// The more of a query's weight lies on components where a vector is positive, and the less where it is negative, the nearer the
/// two are, give or take a cosine of 0.04. Which of the nearest are the nearest, the vectors themselves tell, which are kept elsewhere.
public struct VectorIndex: Sendable {
    private var codes: [UInt64] = []
    private var ids: [Int64] = []

    /// Codes that are compared at a time: their weights stay in the first cache.
    private static let blockSize = 4_096
    /// The largest weight: every component of the query at its most.
    private static let mostWeight = MeaningVector.width * 15

    /// An index of nothing.
    public init() {}

    /// How many vectors it has.
    public var count: Int { ids.count }

    /// The number of the vector that came last; `nil`: none has come.
    public var lastID: Int64? { ids.last }

    /// Adds a vector of this number.
    public mutating func append(_ vector: MeaningVector, id: Int64) {
        codes += vector.signs
        ids.append(id)
    }

    /// Takes out the vectors whose numbers `isGone`.
    public mutating func remove(where isGone: (Int64) -> Bool) {
        let kept = ids.indices.filter { !isGone(ids[$0]) }
        let width = Int(KERNEL_SIGN_WORDS)
        codes = kept.flatMap { codes[($0 * width)..<(($0 + 1) * width)] }
        ids = kept.map { ids[$0] }
    }

    /// How many candidates hold the ten nearest of as many vectors nearly always: `tintype-bench search` tells how often.
    public static func candidateCount(of count: Int) -> Int { 256 + count / 500 }

    /// The numbers of `count` vectors, where there are as many, that seem nearest to `query`, in no order: of equally near ones
    /// those that came last.
    public func candidates(for query: MeaningVector, count: Int) -> [Int64] {
        guard count > 0, !ids.isEmpty else { return [] }
        let weights = weights(of: query)
        var histogram = [Int](repeating: 0, count: Self.mostWeight + 1)
        for weight in weights { histogram[Int(weight)] += 1 }
        var least = Self.mostWeight
        var held = histogram[least]
        while held < count, least > 0 {
            least -= 1
            held += histogram[least]
        }
        var chosen = weights.indices.filter { weights[$0] > least }.map { ids[$0] }
        for place in weights.indices.reversed() where chosen.count < count {
            if weights[place] == least { chosen.append(ids[place]) }
        }
        return chosen
    }

    /// The sum of a query's components, as `MeaningVector.nibbles`, over those where a vector is positive, and of the middle over
    /// the others, for each vector.
    func weights(of query: MeaningVector) -> [UInt16] {
        let planes = query.planes
        let width = Int(KERNEL_SIGN_WORDS)
        return [UInt16](unsafeUninitializedCapacity: ids.count) { weights, initialized in
            codes.withUnsafeBufferPointer { codes in
                for first in stride(from: 0, to: ids.count, by: Self.blockSize) {
                    guard let from = codes.baseAddress, let to = weights.baseAddress else { continue }
                    kernel_sign_weights(
                        from + first * width, min(Self.blockSize, ids.count - first), planes, to + first)
                }
            }
            initialized = ids.count
        }
    }
}
