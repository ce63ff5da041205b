import DaemonAPI
import MediaTypes

/// Of QUERIES.tsv, the share for which one of the first five hits is a right one.
struct QueryMeasurement {
    let library: SampleLibrary
    let daemon: BenchDaemon
    let printer: FigurePrinter

    private struct Score {
        var found = 0
        var total = 0
    }

    func run() async throws {
        var scores: [String: Score] = [:]
        for query in library.queries {
            let isFound = await isFound(query)
            if !isFound { printer.note("not among the first five: \(query.type) \(query.language) “\(query.text)”") }
            for name in names(of: query) {
                scores[name, default: Score()].total += 1
                scores[name, default: Score()].found += isFound ? 1 : 0
            }
        }
        for (name, score) in scores.sorted(by: { $0.key < $1.key }) {
            try printer.print(Figure(name, score.found, of: score.total))
        }
    }

    /// The figures that a query counts for: its type, and its language where that matters.
    private func names(of query: SampleLibrary.Query) -> [String] {
        let overall = "\(query.type)_hit5"
        switch query.type {
        case "ocr":
            let script = SampleScript.name(of: query.language)
            return [overall, "\(overall)_\(script)", "\(overall)_lang_\(query.language)"]
        // The samples' captions, and the words that models have for what they see, are English.
        case "visual": return query.language == "en" ? [overall] : [overall, "visual_other_language_hit5"]
        default: return [overall]
        }
    }

    private func isFound(_ query: SampleLibrary.Query) async -> Bool {
        // A query that cannot be read is one that finds nothing.
        let reply = try? await daemon.client.search(SearchQuestion(query: query.text, limit: 5))
        let relevant = Set(query.relevant.map(library.path))
        return reply?.hits.contains { $0.mediaPath.map(relevant.contains) ?? false } ?? false
    }
}
