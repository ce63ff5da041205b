import ArgumentParser
import DaemonAPI
import Foundation

/// `tintype-bench search`
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "How fast a large library answers, measured at the daemon's socket.")

    @Option(help: "Described files in the library.")
    var files = 100_000

    @Option(help: "How often each query is asked.")
    var repeats = 30

    @Option(help: "Vectors in the largest library that is searched by meaning.")
    var vectors = 1_000_000

    @OptionGroup var printer: FigurePrinter

    func run() async throws {
        let scratch = try ScratchFolder()
        let home = scratch.path("home")
        printer.note("filling a library with \(files) described files")
        let clock = ContinuousClock()
        let start = clock.now
        try await LibraryFiller(count: files).fill(home: home)
        try printer.print(Figure("fill_rate", Double(files) / (clock.now - start).seconds, "files/s", n: files))

        let daemon = try await BenchDaemon(home: home)
        try daemon.gauge.resetPeak()
        var all: [Double] = []
        for query in SearchMix.queries(files: files) {
            let times = try await milliseconds(of: query.text, asking: daemon)
            guard !times.isEmpty else {
                printer.note("left out, since it found nothing: \(query.text)")
                continue
            }
            all += times
            try printer.print(Figure("find_\(query.name)", medianOf: times, "ms"))
        }
        try printer.print(Figure("find_median", medianOf: all, "ms"))
        try printer.print(Figure("find_p95", Figure.quantile(0.95, of: all.sorted()), "ms", n: all.count))
        try printer.print(Figure("find_memory_peak", try daemon.gauge.peakMegabytes(), "MB"))
        daemon.stop()
        try await measureMeaning()
    }

    private func measureMeaning() async throws {
        for (files, vectorsPerFile) in [(min(vectors, 10_000), 1), (max(1, vectors / 50), 50)] {
            let scratch = try ScratchFolder()
            let measurement = NearestMeasurement(
                home: scratch.path("home"), files: files, vectorsPerFile: vectorsPerFile, printer: printer)
            try await measurement.run()
        }
    }

    private func milliseconds(of query: String, asking daemon: BenchDaemon) async throws -> [Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<repeats {
            let start = clock.now
            let reply = try await daemon.client.search(SearchQuestion(query: query, limit: 20))
            times.append((clock.now - start).seconds * 1000)
            // A query without hits is quick and says nothing: the library is too small for it.
            if reply.hits.isEmpty { return [] }
        }
        return times
    }
}
