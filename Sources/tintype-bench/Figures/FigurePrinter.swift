import ArgumentParser
import Foundation

/// Prints figures to standard output as they are found, and what is going on to standard error.
struct FigurePrinter: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print NDJSON: one object a figure.")
    var isJSON = false

    func print(_ figure: Figure) throws {
        let line = isJSON ? try json(figure) : text(figure)
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Figures that belong together: a table for people, or one by one.
    func print(_ table: String, _ figures: [Figure]) throws {
        guard !isJSON else { return try figures.forEach(print) }
        FileHandle.standardOutput.write(Data((table + "\n").utf8))
    }

    /// Says what is being done, or why a figure is missing.
    func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private func json(_ figure: Figure) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(figure), as: UTF8.self)
    }

    private func text(_ figure: Figure) -> String {
        let name = figure.figure.padding(toLength: max(32, figure.figure.count), withPad: " ", startingAt: 0)
        let value = figure.value.isFinite ? String(format: "%.\(figure.decimals)f", figure.value) : "–"
        let spread = figure.spread.map { String(format: ", spread %.3f", $0) } ?? ""
        return "\(name) \(value) \(figure.unit) (n \(figure.n)\(spread))"
    }
}
