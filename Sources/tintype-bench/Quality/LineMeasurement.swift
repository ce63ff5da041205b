import DaemonAPI
import MediaTypes

/// Of the lines that are written in pictures by a person's reading, the share that is found as a phrase.
struct LineMeasurement {
    let library: SampleLibrary
    let daemon: BenchDaemon
    let printer: FigurePrinter

    func run() async throws {
        var (found, total) = (0, 0)
        for (path, lines) in library.texts.sorted(by: { $0.key < $1.key }) {
            var foundHere = 0
            for line in lines where await isFound(line, in: library.path(path)) { foundHere += 1 }
            printer.note("\(path): \(foundHere) of \(lines.count) lines")
            found += foundHere
            total += lines.count
        }
        try printer.print(Figure("gt_lines_as_phrase", found, of: total))
    }

    private func isFound(_ line: String, in file: MediaPath) async -> Bool {
        // Quotation marks would end the phrase; the index holds none.
        let phrase = String(line.map { $0 == "\"" ? " " : $0 })
        let question = SearchQuestion(query: "ocr:\"\(phrase)\"", limit: 500)
        let reply = try? await daemon.client.search(question)
        return reply?.hits.contains { $0.mediaPath == file } ?? false
    }
}
