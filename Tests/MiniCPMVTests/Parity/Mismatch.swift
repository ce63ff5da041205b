/// How far numbers are from the reference's: the largest difference, measured by the reference's own root mean square.
///
/// A difference in one number is judged by the size of its tensor, since a sum of many terms carries the rounding of
/// all of them.
func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
    guard actual.count == expected.count, !expected.isEmpty else { return .infinity }
    let squares = expected.reduce(0.0) { $0 + Double($1) * Double($1) }
    let size = (squares / Double(expected.count)).squareRoot()
    var worst = 0.0
    for (actual, expected) in zip(actual, expected) {
        let distance = abs(Double(actual) - Double(expected))
        // A comparison with NaN is false, so it is asked the other way round.
        guard distance <= worst else {
            worst = distance
            continue
        }
    }
    return worst.isNaN ? .infinity : Float(worst / max(size, 1e-30))
}
