import Foundation

/// How far a model's logits are from a reference's, position by position.
public struct LogitDistance: Sendable {
    /// Positions that were compared.
    public private(set) var positions = 0
    /// The largest difference of a position's logits, by the root mean square of its reference's.
    public private(set) var worst = 0.0
    private var (squaredErrors, squares, agreeing, divergences) = (0.0, 0.0, 0, 0.0)

    init() {}

    /// The root mean square of all differences, by that of all of the reference's logits.
    public var relativeError: Double { (squaredErrors / squares).squareRoot() }

    /// At how many positions both have the same most likely token.
    public var agreements: Int { agreeing }

    /// The mean divergence of the model's distribution of tokens from the reference's, `Σ p · ln(p / q)`, in nats.
    public var divergence: Double { divergences / Double(positions) }

    /// Counts a position's logits in.
    ///
    /// - Traps where there are none, or not as many as the reference's.
    mutating func add(_ actual: UnsafeBufferPointer<Float>, reference: UnsafeBufferPointer<Float>) {
        precondition(!actual.isEmpty && actual.count == reference.count, "logits of two vocabularies")
        let (mine, theirs) = (Distribution(actual), Distribution(reference))
        var (error, size, largest, difference) = (0.0, 0.0, 0.0, 0.0)
        for index in reference.indices {
            let distance = Double(actual[index]) - Double(reference[index])
            error += distance * distance
            size += Double(reference[index]) * Double(reference[index])
            // What is no number is the worst, and stays it: a comparison with it is false.
            if abs(distance) > largest || distance.isNaN { largest = abs(distance) }
            difference -= Double(theirs.weight(reference[index])) * distance
        }
        positions += 1
        squaredErrors += error
        squares += size
        let relative = largest / (size / Double(reference.count)).squareRoot()
        if relative > worst || relative.isNaN { worst = relative }
        agreeing += mine.best == theirs.best ? 1 : 0
        // Σ p · (reference − actual) + ln Z − ln Z', rounding apart never below nought.
        let divergence = difference / theirs.sum + mine.logSum - theirs.logSum
        divergences += divergence > 0 || divergence.isNaN ? divergence : 0
    }

    /// What softmax makes of logits.
    private struct Distribution {
        private(set) var best = 0
        private(set) var sum = 0.0
        private var largest: Float

        init(_ logits: UnsafeBufferPointer<Float>) {
            for index in logits.indices where logits[index] > logits[best] { best = index }
            largest = logits[best]
            for logit in logits { sum += Double(weight(logit)) }
        }

        /// A token's share, `sum` times.
        func weight(_ logit: Float) -> Float { exp(logit - largest) }
        var logSum: Double { Double(largest) + log(sum) }
    }
}
