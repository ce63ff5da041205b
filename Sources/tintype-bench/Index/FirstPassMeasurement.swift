import DaemonAPI
import Foundation

/// How many 12-megapixel JPEGs a second become searchable by facts, thumbnails included and words left out.
struct FirstPassMeasurement {
    let count: Int
    let printer: FigurePrinter

    func run() async throws {
        let scratch = try ScratchFolder()
        let folder = try scratch.makeFolder("media")
        printer.note("making \(count) pictures of 12 megapixels")
        try MadePictures.writePhotos(count, to: folder)
        let daemon = try await BenchDaemon(home: scratch.path("home"))
        _ = try await daemon.client.pause()
        _ = try await daemon.client.addRoot(folder)
        try await daemon.seconds { $0.files >= count }
        _ = try await daemon.client.resume()
        // Facts go before words, so nothing but the last pictures overlaps with the first words.
        let seconds = try await daemon.seconds { $0.hasFacts }
        try printer.print(Figure("first_pass_rate", Double(count) / seconds, "pictures/s", n: count))
        daemon.stop()
    }
}
