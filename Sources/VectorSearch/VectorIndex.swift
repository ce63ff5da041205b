import CKernels

/// Vectors by number, of each only the signs of its components: 56 bytes, so that a million of them fit into memory and are
/// looked through in some ten milliseconds.
///
/// Directions that are near to one another have most signs in common; which of those are the nearest, the vectors
/// themselves tell, which are kept elsewhere.
public struct VectorIndex: Sendable {
    private var codes: [UInt64] = []
    private var ids: [Int64] = []

    /// Codes that are compared at a time: their distances stay in the first cache.
    private static let blockSize = 4_096

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

    /// How many candidates hold the ten nearest of as many vectors nearly always.
    ///
    /// Measured with `tintype-bench search`: of a million vectors 4,000 are enough, of ten thousand 300.
    public static func candidateCount(of count: Int) -> Int { 256 + count / 250 }

    /// The numbers of at least `count` vectors, where there are as many, with the most signs in common with `query`, in no
    /// order: of equally distant ones all or none.
    public func candidates(for query: MeaningVector, count: Int) -> [Int64] {
        guard count > 0, !ids.isEmpty else { return [] }
        let distances = distances(to: query)
        var histogram = [Int](repeating: 0, count: MeaningVector.width + 1)
        for distance in distances { histogram[Int(distance)] += 1 }
        var most = 0
        var held = histogram[0]
        while held < count, most < MeaningVector.width {
            most += 1
            held += histogram[most]
        }
        return distances.indices.filter { distances[$0] <= most }.map { ids[$0] }
    }

    /// In how many signs each vector differs from `query`.
    func distances(to query: MeaningVector) -> [UInt16] {
        let signs = query.signs
        let width = Int(KERNEL_SIGN_WORDS)
        return [UInt16](unsafeUninitializedCapacity: ids.count) { distances, initialized in
            codes.withUnsafeBufferPointer { codes in
                for first in stride(from: 0, to: ids.count, by: Self.blockSize) {
                    guard let from = codes.baseAddress, let to = distances.baseAddress else { continue }
                    kernel_sign_distances(
                        from + first * width, min(Self.blockSize, ids.count - first), signs, to + first)
                }
            }
            initialized = ids.count
        }
    }
}
