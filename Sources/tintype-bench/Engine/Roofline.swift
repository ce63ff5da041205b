import Foundation
import Tensors

/// Where a stage's time goes, operation by operation, and how near each of them comes to what the machine can do.
struct Roofline {
    /// One operation.
    private struct Row {
        var name: String
        /// Of the stage's time.
        var share: Double
        /// `nil` where neither memory nor products bound it.
        var bound: MachineLimits.Bound?
    }

    /// From the longest to the shortest; at the end what is in no operation.
    private let rows: [Row]

    init(_ totals: [String: OperationClock.Total], seconds whole: Double, _ limits: MachineLimits) {
        let known = totals.sorted { $0.value.duration > $1.value.duration }.map { name, total in
            Row(name: name, share: total.seconds / whole, bound: limits.bound(of: total))
        }
        rows = known + [Row(name: "rest", share: 1 - known.reduce(0) { $0 + $1.share })]
    }

    /// A figure for each operation: its share of the time, and of its limit.
    func figures(_ stage: String) -> [Figure] {
        rows.map { row in
            var figure = Figure("roofline_\(stage)_\(row.name)", row.share, "share of time")
            figure.shareOfLimit = row.bound.map { $0.achieved / $0.limit }
            return figure
        }
    }

    /// A table for people.
    func table(_ stage: String) -> String {
        let lines = rows.map { row in
            let name = row.name.padding(toLength: 24, withPad: " ", startingAt: 0)
            let share = String(format: "%5.1f %%", row.share * 100)
            guard let bound = row.bound else { return "  \(name) \(share)" }
            return "  \(name) \(share)"
                + String(format: " %10.1f of %.1f G", bound.achieved / 1e9, bound.limit / 1e9) + bound.unit
                + String(format: " (%.0f %%)", bound.achieved / bound.limit * 100)
        }
        return (["\(stage): operation, share of time, achieved of limit"] + lines).joined(separator: "\n")
    }
}
