/// How far rows of numbers are from a reference's: what a vision tower makes of a picture, a row for each token.
public struct RowDistance: Sendable {
    /// The cosine of each row's angle to the reference's.
    public private(set) var cosines: [Double] = []
    /// The largest difference in a row, by the root mean square of the reference's row.
    public private(set) var worst = 0.0

    init() {}

    /// Counts a row in.
    ///
    /// - Traps where it is empty, or not as long as the reference's.
    mutating func add(_ actual: [Float], reference: [Float]) {
        precondition(!actual.isEmpty && actual.count == reference.count, "rows of two widths")
        var (product, mine, theirs, largest) = (0.0, 0.0, 0.0, 0.0)
        for (actual, expected) in zip(actual, reference) {
            let (a, b) = (Double(actual), Double(expected))
            product += a * b
            mine += a * a
            theirs += b * b
            // What is no number is the worst, and stays it: a comparison with it is false.
            if abs(a - b) > largest || (a - b).isNaN { largest = abs(a - b) }
        }
        cosines.append(product / (mine * theirs).squareRoot())
        let relative = largest / (theirs / Double(reference.count)).squareRoot()
        if relative > worst || relative.isNaN { worst = relative }
    }
}
