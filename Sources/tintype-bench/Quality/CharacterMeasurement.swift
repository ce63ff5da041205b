import DaemonAPI
import MediaTypes

/// Of the characters that are written in pictures by a person's reading, the share that is read, by script.
///
/// Each character counts as often as it is written, wherever it stands: readers differ in the order of columns. Blanks,
/// which scripts set differently, do not count.
struct CharacterMeasurement {
    let library: SampleLibrary
    let daemon: BenchDaemon
    let printer: FigurePrinter

    func run() async throws {
        var scores: [String: (found: Int, total: Int)] = [:]
        for sample in library.samples.sorted(by: { $0.path < $1.path }) {
            guard let lines = library.texts[sample.path] else { continue }
            let report = try await daemon.client.file(library.path(sample.path))
            let read = report.descriptions.filter { $0.field == .ocr && $0.source == .firstLook }.map(\.text)
            let (found, total) = Self.recall(of: lines, in: read)
            printer.note("\(sample.path): \(found) of \(total) characters")
            let script = SampleScript.name(of: sample.language)
            scores[script, default: (0, 0)].found += found
            scores[script, default: (0, 0)].total += total
        }
        for (script, score) in scores.sorted(by: { $0.key < $1.key }) {
            try printer.print(Figure("char_recall_\(script)", score.found, of: score.total))
        }
    }

    private static func recall(of truth: [String], in texts: [String]) -> (found: Int, total: Int) {
        let (wanted, read) = (counts(of: truth), counts(of: texts))
        let found = wanted.reduce(0) { $0 + min($1.value, read[$1.key, default: 0]) }
        return (found, wanted.values.reduce(0, +))
    }

    private static func counts(of texts: [String]) -> [Character: Int] {
        texts.joined().reduce(into: [:]) { counts, character in
            if !character.isWhitespace { counts[character, default: 0] += 1 }
        }
    }
}
