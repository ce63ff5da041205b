import Foundation

/// One measured number.
struct Figure: Encodable {
    /// What was measured, as `find_median`.
    var figure: String
    /// The number; the median where there are several measurements.
    var value: Double
    /// Its unit.
    var unit: String
    /// 0…1 of what the hardware allows; `nil` where no such limit applies.
    var shareOfLimit: Double?
    /// How many measurements or things the number stands for.
    var n: Int
    /// From the smallest to the largest measurement; `nil` where there is only one.
    var spread: Double?
    /// Digits after the point, for people.
    var decimals = 3

    /// A figure of one number.
    init(_ figure: String, _ value: Double, _ unit: String, n: Int = 1) {
        self.figure = figure
        self.value = value
        self.unit = unit
        self.n = n
    }

    /// The median of several measurements.
    init(_ figure: String, medianOf values: [Double], _ unit: String) {
        let sorted = values.sorted()
        self.init(figure, Self.quantile(0.5, of: sorted), unit, n: values.count)
        spread = sorted.last.flatMap { last in sorted.first.map { last - $0 } }
    }

    /// How many of `total` are as they should be.
    init(_ figure: String, _ count: Int, of total: Int) {
        self.init(figure, total == 0 ? .nan : Double(count) / Double(total), "share", n: total)
    }

    /// The smallest of the sorted values that at least `share` of them do not exceed.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = (Double(sorted.count) * share).rounded(.up)
        return sorted[min(max(Int(rank) - 1, 0), sorted.count - 1)]
    }

    private enum CodingKeys: String, CodingKey {
        case figure, value, unit, n, spread
        case shareOfLimit = "share_of_limit"
    }

    /// Writes every member, as `null` where there is no number: nothing was measured, or no limit applies.
    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(figure, forKey: .figure)
        func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
        try members.encode(finite(value), forKey: .value)
        try members.encode(unit, forKey: .unit)
        try members.encode(finite(shareOfLimit), forKey: .shareOfLimit)
        try members.encode(n, forKey: .n)
        try members.encode(finite(spread), forKey: .spread)
    }
}
