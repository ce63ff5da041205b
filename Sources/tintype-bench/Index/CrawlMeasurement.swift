import DaemonAPI
import Foundation

/// How fast many small files are found and queued, and what memory the daemon takes for it.
struct CrawlMeasurement {
    let count: Int
    let printer: FigurePrinter

    func run() async throws {
        let scratch = try ScratchFolder()
        let folder = try scratch.makeFolder("media")
        printer.note("making \(count) small files")
        try MadePictures.writeSmall(count, to: folder)
        let daemon = try await BenchDaemon(home: scratch.path("home"))
        _ = try await daemon.client.pause()
        try daemon.gauge.resetPeak()
        _ = try await daemon.client.addRoot(folder)
        let seconds = try await daemon.seconds { $0.files >= count && $0.queued.facts >= count }
        try printer.print(Figure("crawl_and_enqueue", seconds, "s", n: count))
        try printer.print(Figure("crawl_memory_peak", try daemon.gauge.peakMegabytes(), "MB"))
        try await tellWork(daemon)
        daemon.stop()
    }

    /// The daemon's memory while its workers go through the queue.
    private func tellWork(_ daemon: BenchDaemon) async throws {
        try daemon.gauge.resetPeak()
        _ = try await daemon.client.resume()
        let clock = ContinuousClock()
        let start = clock.now
        let before = try await daemon.client.status().queued.facts
        try await Task.sleep(for: .seconds(30))
        let done = before - (try await daemon.client.status().queued.facts)
        try printer.print(Figure("small_file_rate", Double(done) / (clock.now - start).seconds, "files/s", n: done))
        try printer.print(Figure("work_memory_peak", try daemon.gauge.peakMegabytes(), "MB"))
    }
}
