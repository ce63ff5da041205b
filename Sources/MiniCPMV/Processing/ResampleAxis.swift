/// One axis of the bicubic antialiased resize: which source pixels make each target pixel, and with what weights.
///
/// Weights are integers of `precision` fractional bits: the largest precision, 22 at most, at which every weight of
/// the axis stays below 2^15. Source: MODEL.md §4 "Resize kernel", which equals torchvision's on bytes.
struct ResampleAxis: Sendable {
    /// Pixels along the axis before.
    let source: Int
    /// Pixels along the axis after.
    let target: Int
    /// Fractional bits of the weights.
    private(set) var precision: Int
    /// The most source pixels that any target pixel takes.
    private(set) var longestWindow: Int
    private let scale: Double
    private let support: Double
    private let inverse: Double

    /// The integer weights of one target pixel, for the source pixels from `first` on.
    struct Window: Equatable {
        var first: Int
        var weights: [Int16]
    }

    /// The axis between these lengths.
    ///
    /// - Traps unless both are positive.
    /// - Cost: the kernel is evaluated about four times the longer length.
    init(source: Int, target: Int) {
        precondition(source > 0 && target > 0, "an axis of \(source) to \(target) pixels")
        self.source = source
        self.target = target
        scale = Double(source) / Double(target)
        support = 2 * max(scale, 1)
        inverse = scale >= 1 ? 1 / scale : 1
        precision = 0
        longestWindow = 0
        var largest = 0.0
        var longest = 0
        for index in 0..<target {
            let weights = exactWeights(index)
            largest = max(largest, weights.max() ?? 0)
            longest = max(longest, weights.count)
        }
        longestWindow = longest
        precision = Self.precision(forWeightsTo: largest)
    }

    /// What one target pixel takes.
    func window(_ index: Int) -> Window {
        let unit = Double(1 << precision)
        // Half away from zero, then truncated; `precision` keeps the result within 16 bits.
        let weights = exactWeights(index).map { Int16(($0 * unit + ($0 < 0 ? -0.5 : 0.5)).rounded(.towardZero)) }
        return Window(first: first(index), weights: weights)
    }

    private func centre(_ index: Int) -> Double { scale * (Double(index) + 0.5) }

    private func first(_ index: Int) -> Int { max(Int(centre(index) - support + 0.5), 0) }

    /// The kernel at the source pixels of a target pixel, scaled to the sum 1.
    private func exactWeights(_ index: Int) -> [Double] {
        let centre = centre(index)
        let first = first(index)
        let count = min(Int(centre + support + 0.5), source) - first
        let values = (0..<count).map { Self.kernel((Double($0 + first) - centre + 0.5) * inverse) }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }

    /// Keys' cubic convolution kernel with a = −½ (Keys 1981, eq. 15), in the order of operations of the reference.
    private static func kernel(_ x: Double) -> Double {
        let a = -0.5
        let x = abs(x)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    private static func precision(forWeightsTo largest: Double) -> Int {
        var precision = 0
        while precision < 22, 0.5 + largest * Double(1 << (precision + 1)) < 32768 { precision += 1 }
        return precision
    }
}
