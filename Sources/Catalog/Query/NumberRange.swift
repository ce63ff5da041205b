/// The numbers that `iso:`, `w:`, `size:` and their like accept.
struct NumberRange: Equatable {
    /// The least; `nil`: any.
    var lower: Double?
    /// The greatest; `nil`: any.
    var upper: Double?
    /// Whether `lower` itself is too small.
    var isAboveLower = false
    /// Whether `upper` itself is too great.
    var isBelowUpper = false

    /// What a number may be followed by, and how much it counts then.
    typealias Units = [String: Double]

    /// Bytes: thousands with kB, 1,024s with KiB.
    static let byteUnits: Units = [
        "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
        "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
    ]

    /// The range that `>100`, `<=100`, `100..200`, `100..` or `100` stand for; a plain number means all that round to it.
    ///
    /// - Returns: `nil` where the text is none of these.
    init?(_ text: String, units: Units) {
        if let dots = text.firstRange(of: "..") {
            let ends = (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
            guard ends != ("", "") else { return nil }
            let lower = Self.number(ends.0, units)
            let upper = Self.number(ends.1, units)
            guard ends.0.isEmpty || lower != nil, ends.1.isEmpty || upper != nil else { return nil }
            self.lower = lower?.value
            self.upper = upper?.value
            return
        }
        let sign = text.prefix { "<>=".contains($0) }
        guard let number = Self.number(String(text.dropFirst(sign.count)), units) else { return nil }
        switch sign {
        case ">": (lower, isAboveLower) = (number.value, true)
        case ">=": lower = number.value
        case "<": (upper, isBelowUpper) = (number.value, true)
        case "<=": upper = number.value
        case "", "=":
            (lower, upper, isBelowUpper) = (number.value - number.halfStep, number.value + number.halfStep, true)
        default: return nil
        }
    }

    /// A number, and half of what its last digit counts.
    private static func number(_ text: String, _ units: Units) -> (value: Double, halfStep: Double)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).lowercased()
        guard let factor = units[unit], let value = Double(digits) else { return nil }
        let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
        let step = (0..<decimals).reduce(1.0) { step, _ in step / 10 }
        return (value * factor, step * factor / 2)
    }
}
