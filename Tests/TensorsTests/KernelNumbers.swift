import TestSupport

/// Numbers as kernels take them, of a seed.
func numbers(_ count: Int, _ rng: inout SeededGenerator) -> [Float] { rng.numbers(count, in: -2...2) }

/// What a kernel writes to memory whose content is undefined.
func made(_ count: Int, _ work: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = count
        if let base = buffer.baseAddress { work(base) }
    }
}

/// Whether a kernel gives what its definition gives: relative to numbers beyond 1, absolute below.
func isClose(_ a: [Float], _ b: [Float], within bound: Float = 2e-5) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= bound * max(1, abs($1)) }
}

extension [Float] {
    func rows(of width: Int) -> [[Float]] {
        stride(from: 0, to: count, by: width).map { Array(self[$0..<($0 + width)]) }
    }
}
