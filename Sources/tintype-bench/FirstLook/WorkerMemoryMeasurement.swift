import DaemonAPI
import Foundation
import MediaTypes

/// How much memory a daemon's workers take for a picture: those that decode it, that read and name it, and that
/// encode its words.
struct WorkerMemoryMeasurement {
    let models: String
    let printer: FigurePrinter

    /// The largest worker's peak over these pictures, each alone in a new library.
    func run(_ pictures: [String]) async throws {
        var peaks: [Double] = []
        for picture in pictures { peaks.append(try await peak(picture)) }
        guard let most = peaks.max() else { return }
        try printer.print(Figure("worker_peak", most, "MB", n: peaks.count))
    }

    private func peak(_ picture: String) async throws -> Double {
        let scratch = try ScratchFolder()
        let folder = try scratch.makeFolder("media")
        let name = URL(fileURLWithPath: picture).lastPathComponent
        try FileManager.default.copyItem(atPath: picture, toPath: "\(folder.text)/\(name)")
        try BenchModels.lend(models, to: scratch.path("home"))
        let daemon = try await BenchDaemon(home: scratch.path("home"))
        defer { daemon.stop() }
        _ = try await daemon.client.addRoot(folder)
        var most = 0.0
        try await daemon.seconds { status in
            // Threads and workers may end while they are looked at.
            let workers = (try? daemon.gauge.children()) ?? []
            most = max(most, workers.compactMap { try? $0.peakMegabytes() }.max() ?? 0)
            return status.files > 0 && status.hasFactsAndWords
        }
        guard most > 0 else { throw BenchError("No worker was seen at work on \(picture).") }
        return most
    }
}
