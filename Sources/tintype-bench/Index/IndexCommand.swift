import ArgumentParser
import DaemonAPI
import Foundation
import MediaTypes

/// `tintype-bench index DIR`
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "How completely, fast and cheaply a folder becomes searchable.")

    @Argument(help: "A folder of media; what lies in a folder called `corrupt` counts as broken on purpose.")
    var directory: String

    @Option(help: "Small files for the crawl; 0 leaves it out.")
    var files = 100_000

    @Option(help: "JPEGs of 12 megapixels for the first pass; 0 leaves it out.")
    var pictures = 100

    @Option(help: "Seconds for which the idle daemon is watched.")
    var idle = 30

    @OptionGroup var printer: FigurePrinter

    func run() async throws {
        let folder = try MediaFolder(directory)
        try await LibraryMeasurement(folder: folder, idleSeconds: idle, printer: printer).run()
        if pictures > 0 { try await FirstPassMeasurement(count: pictures, printer: printer).run() }
        if files > 0 { try await CrawlMeasurement(count: files, printer: printer).run() }
    }
}
