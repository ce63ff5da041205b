import DaemonAPI
import Foundation
import MediaTypes

/// Indexes a real folder: what of it can be found, how soon a new file is, and what the daemon costs afterwards.
struct LibraryMeasurement {
    let folder: MediaFolder
    let idleSeconds: Int
    let printer: FigurePrinter

    func run() async throws {
        let scratch = try ScratchFolder()
        let live = try scratch.makeFolder("live")
        let daemon = try await BenchDaemon(home: scratch.path("home"))
        printer.note("indexing \(folder.files.count) files of \(folder.path.text)")
        _ = try await daemon.client.addRoot(live)
        _ = try await daemon.client.addRoot(folder.path)
        let count = folder.files.count
        try printer.print(
            Figure("index_time", try await daemon.seconds { $0.files >= count && $0.hasFactsAndWords }, "s", n: count))
        try await tellCompleteness(daemon)
        try await tellFreshness(daemon, live)
        try await tellIdleness(daemon)
        try printer.print(Figure("daemon_restarts", await daemon.isSameProcess ? 0 : 1, "restarts"))
        daemon.stop()
    }

    private func tellCompleteness(_ daemon: BenchDaemon) async throws {
        let failed = Set(try await daemon.client.failedJobs().failed.compactMap(\.mediaPath))
        var (healthy, searchable, broken, accounted) = (0, 0, 0, 0)
        for file in folder.files {
            let facts = try await daemon.client.file(file).facts
            if MediaFolder.isBrokenOnPurpose(file) {
                broken += 1
                if failed.contains(file) || facts?.damage != nil {
                    accounted += 1
                } else {
                    printer.note("read as if it were sound: \(file.text)")
                }
            } else {
                healthy += 1
                if facts != nil, !failed.contains(file) {
                    searchable += 1
                } else {
                    printer.note("not searchable: \(file.text)")
                }
            }
        }
        try printer.print(Figure("healthy_searchable", searchable, of: healthy))
        try printer.print(Figure("corrupt_accounted", accounted, of: broken))
    }

    /// Copies files whose words are known by now into the watched folder, each made a new content by what follows its
    /// end.
    private func tellFreshness(_ daemon: BenchDaemon, _ live: MediaPath) async throws {
        var (byName, byWords): ([Double], [Double]) = ([], [])
        for (number, sample) in try await samplesWithWords(daemon).enumerated() {
            let name = "freshcopy\(number).\(sample.file.name.fileExtension ?? "png")"
            let copy = live.appending(FileName(name))
            let bytes = try Data(contentsOf: URL(fileURLWithPath: sample.file.text)) + Data("copy \(number)".utf8)
            try bytes.write(to: URL(fileURLWithPath: copy.text))
            let named = try await daemon.seconds(until: "freshcopy\(number)", finds: copy, patience: .seconds(60))
            let query = "freshcopy\(number) ocr:\(sample.word)"
            let read = try await daemon.seconds(until: query, finds: copy, patience: .seconds(120))
            byName += named.map { [$0] } ?? []
            if let named, let read { byWords.append(named + read) }
        }
        try printer.print(Figure("copy_to_found_by_name", medianOf: byName, "s"))
        try printer.print(Figure("copy_to_found_by_words", medianOf: byWords, "s"))
    }

    /// Up to five pictures and a long word of each.
    private func samplesWithWords(_ daemon: BenchDaemon) async throws -> [(file: MediaPath, word: String)] {
        var samples: [(MediaPath, String)] = []
        for file in folder.files where !MediaFolder.isBrokenOnPurpose(file) && samples.count < 5 {
            let words = try await daemon.client.file(file).descriptions.filter { $0.field == .ocr }
                .flatMap { $0.text.split { !($0.isASCII && $0.isLetter) } }
            if let word = words.filter({ $0.count >= 7 }).max(by: { $0.count < $1.count }) {
                samples.append((file, String(word)))
            }
        }
        return samples
    }

    private func tellIdleness(_ daemon: BenchDaemon) async throws {
        // Its workers leave after half a minute; the caches of the work before it go with them.
        try await Task.sleep(for: .seconds(35))
        let before = try daemon.gauge.processorSeconds()
        try await Task.sleep(for: .seconds(idleSeconds))
        let used = try daemon.gauge.processorSeconds() - before
        try printer.print(Figure("idle_processor_share", used / Double(max(idleSeconds, 1)), "share", n: idleSeconds))
        try printer.print(Figure("idle_memory", try daemon.gauge.residentMegabytes(), "MB"))
    }
}
