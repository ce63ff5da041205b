import TestSupport

@testable import Tensors

/// The first number that is off by more than `relative` of the expected one's size, or of `floor` where that is larger;
/// `nil`: all agree. Differences in length and NaN are mismatches.
func firstMismatch(_ actual: [Float], _ expected: [Float], relative: Float, floor: Float = 1e-6) -> String? {
    guard actual.count == expected.count else { return "\(actual.count) numbers instead of \(expected.count)" }
    for (index, (actual, expected)) in zip(actual, expected).enumerated() {
        let distance = abs(actual - expected)
        // Asked this way round a NaN is a mismatch.
        if !(distance <= max(abs(expected), floor) * relative) {
            return "[\(index)] is \(actual) instead of \(expected)"
        }
    }
    return nil
}

extension SeededGenerator {
    /// So many numbers in a range.
    mutating func numbers(_ count: Int, in range: ClosedRange<Float> = -3...3) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

extension [[Float]] {
    /// Rows as a tensor.
    var tensor: Tensor { Tensor(flatMap(\.self), columns: self[0].count) }
}
