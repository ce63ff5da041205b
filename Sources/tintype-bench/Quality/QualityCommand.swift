import ArgumentParser
import DaemonAPI
import Foundation
import MediaTypes

/// `tintype-bench quality DIR`
struct QualityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "How well what is in pictures is found, by samples whose content is known.",
        discussion: "DIR holds MANIFEST.tsv, QUERIES.tsv and gt/, as shared/samples does.")

    @Argument(help: "The folder of samples.")
    var directory: String

    @Option(help: "Tesseract's names of the languages to read, with commas between; by default all that are installed.")
    var languages: String?

    @Option(help: "The engine's url, as in config.toml; without it only words and facts are found.")
    var engine: String?

    @Option(help: "The folder of the small models; by default this person's own, where they are.")
    var models: String?

    @OptionGroup var printer: FigurePrinter

    func run() async throws {
        let library = try SampleLibrary(directory)
        let folder = try MediaFolder(directory)
        let scratch = try ScratchFolder()
        let home = scratch.path("home")
        if let models = try BenchModels.folder(models) {
            try TagMeasurement(library: library, printer: printer).run(models: models)
            try BenchModels.lend(models, to: home)
        } else {
            printer.note("The small models are not here, so Tesseract reads alone: tintype model pull first-look")
        }
        let daemon = try await BenchDaemon(home: home, configuration: configuration())
        printer.note("indexing \(folder.files.count) files of \(folder.path.text)")
        _ = try await daemon.client.addRoot(folder.path)
        let (count, waitsForEngine) = (folder.files.count, engine != nil)
        let seconds = try await daemon.seconds {
            $0.files >= count && $0.hasFactsAndWords && (!waitsForEngine || $0.queued.description == 0)
        }
        // Meanings are made a moment later; this waits for them.
        var question = SearchQuestion(query: "", limit: 1)
        question.waitsForQueue = true
        _ = try await daemon.client.search(question)
        try printer.print(Figure("index_time", seconds, "s", n: count))
        try await QueryMeasurement(library: library, daemon: daemon, printer: printer).run()
        try await CharacterMeasurement(library: library, daemon: daemon, printer: printer).run()
        try await LineMeasurement(library: library, daemon: daemon, printer: printer).run()
        try await MetadataMeasurement(library: library, daemon: daemon, printer: printer).run()
        daemon.stop()
    }

    private func configuration() -> String {
        let names = languages?.split(separator: ",").map(String.init) ?? Self.installedLanguages()
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return "[words]\nlanguages = [\(list)]\n" + (engine.map { "[engine]\nurl = \"\($0)\"\n" } ?? "")
    }

    /// English first, which most pictures need; `osd` finds orientation and is no language.
    private static func installedLanguages() -> [String] {
        let folder = "/usr/share/tesseract-ocr/5/tessdata"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let names = files.filter { $0.hasSuffix(".traineddata") }.map { String($0.dropLast(".traineddata".count)) }
        return ["eng"] + names.filter { $0 != "osd" && $0 != "eng" }.sorted()
    }
}
