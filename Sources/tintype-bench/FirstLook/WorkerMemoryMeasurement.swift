import DaemonAPI
import Foundation
import MediaTypes
import MediaWorker

/// How much memory a daemon's workers take for a picture: those that have models, to read it, to name it and to encode its
/// words, and those that decode it.
struct WorkerMemoryMeasurement {
    let models: String
    let printer: FigurePrinter

    /// The largest worker's peak, in megabytes.
    private struct Peaks {
        var looking = 0.0
        var decoding = 0.0

        mutating func note(_ megabytes: Double, hasModels: Bool) {
            if hasModels { looking = max(looking, megabytes) } else { decoding = max(decoding, megabytes) }
        }
    }

    /// The largest peaks over these pictures, each alone in a new library.
    func run(_ pictures: [String]) async throws {
        var most = Peaks()
        for picture in pictures {
            let peaks = try await peaks(picture)
            most.note(peaks.looking, hasModels: true)
            most.note(peaks.decoding, hasModels: false)
        }
        try printer.print(Figure("look_peak", most.looking, "MB", n: pictures.count))
        try printer.print(Figure("decoder_peak", most.decoding, "MB", n: pictures.count))
    }

    private func peaks(_ picture: String) async throws -> Peaks {
        let scratch = try ScratchFolder()
        let folder = try scratch.makeFolder("media")
        let name = URL(fileURLWithPath: picture).lastPathComponent
        try FileManager.default.copyItem(atPath: picture, toPath: "\(folder.text)/\(name)")
        try BenchModels.lend(models, to: scratch.path("home"))
        let daemon = try await BenchDaemon(home: scratch.path("home"))
        defer { daemon.stop() }
        _ = try await daemon.client.addRoot(folder)
        var most = Peaks()
        try await daemon.seconds { status in
            // Threads and workers may end while they are looked at.
            for worker in (try? daemon.gauge.children()) ?? [] {
                guard let settings = try? WorkerSettings(argument: worker.arguments().last ?? ""),
                    let megabytes = try? worker.peakMegabytes()
                else { continue }
                most.note(megabytes, hasModels: !settings.models.isEmpty)
            }
            return status.files > 0 && status.hasFactsAndWords
        }
        guard most.looking > 0, most.decoding > 0 else {
            throw BenchError("No worker was seen at work on \(picture).")
        }
        return most
    }
}
