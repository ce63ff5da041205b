/// Numbers that a network brings along.
struct GraphConstant: Sendable {
    enum Numbers: Sendable {
        case floats([Float])
        /// Sizes and places.
        case integers([Int])
    }

    var shape: [Int]
    var numbers: Numbers

    var count: Int {
        switch numbers {
        case .floats(let numbers): numbers.count
        case .integers(let numbers): numbers.count
        }
    }

    var floats: [Float]? { if case .floats(let numbers) = numbers { numbers } else { nil } }
    var integers: [Int]? { if case .integers(let numbers) = numbers { numbers } else { nil } }
    /// The one number of a scalar.
    var scalar: Float? { floats?.count == 1 ? floats?[0] : nil }
}
