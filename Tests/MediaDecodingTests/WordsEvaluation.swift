import Foundation
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

/// How well real pictures are read, measured on ../shared/samples, which is not in the repository.
@Suite struct WordsEvaluation {
    private static let samples = Fixtures.directory.parent?.parent?.parent?.appending(FileName("shared"))
        .appending(FileName("samples"))

    @Test func `of the words asked for in real pictures most are read`() throws {
        guard let samples = Self.samples,
            let queries = try? Fixtures.read(samples.appending(FileName("QUERIES.tsv")))
        else {
            print("SKIPPED: no ../shared/samples, so how well real pictures are read was not measured")
            return
        }
        // What is read must not depend on how busy the machine is that runs this.
        let reader = TextReader(
            languages: ["eng", "deu", "ell", "rus", "jpn", "chi_sim", "chi_tra", "kor"], timeLimit: .seconds(600))
        var tally = Tally()
        for row in String(decoding: queries, as: UTF8.self).split(separator: "\n").dropFirst() {
            let cells = row.split(separator: "\t").map(String.init)
            guard cells.count == 4, cells[2] == "ocr" else { continue }
            let name = cells[3]
            let path = name.split(separator: "/").reduce(samples) { $0.appending(FileName(String($1))) }
            if tally.texts[name] == nil { try tally.record(name, read(path, by: reader)) }
            tally.ask(cells[0], language: cells[1], of: name)
        }
        try tally.compare(with: samples.appending(FileName("gt")))
        print(tally.report)
        // Measured when this was written: 11 of 16 in Latin script, 8 of 8 in others, 0.94 of the characters. Five of
        // the Latin ones ask for handwriting or for words that are not in the picture.
        #expect(tally.found.latin >= 10)
        #expect(tally.found.other >= 7)
        #expect(tally.characterRecall > 0.88)
    }

    private func read(_ path: MediaPath, by reader: TextReader) throws -> String {
        try path.withMediaFile { file in
            let (pictures, isScreenshot) = try MediaDecoder.picturesToRead(
                of: file, name: path.name.text, folders: path.components.map(\.text), count: 4, longSide: 2_560)
            return reader.read(pictures, isScreenshot: isScreenshot).lines.map(\.text).joined(separator: "\n")
        }
    }

    /// What was found, and what it cost.
    private struct Tally {
        var texts: [String: String] = [:]
        var asked = (latin: 0, other: 0)
        var found = (latin: 0, other: 0)
        var missed: [String] = []
        var recalls: [Double] = []
        private let start = Self.processorTime

        var characterRecall: Double { recalls.reduce(0, +) / Double(max(1, recalls.count)) }

        mutating func record(_ name: String, _ text: String) throws { texts[name] = text }

        mutating func ask(_ query: String, language: String, of name: String) {
            let text = Self.folded(texts[name] ?? "")
            // Words in any order, as a search has them; scripts without spaces as one string.
            let isSpaced = !["zh", "ja", "ko"].contains(language)
            let parts = isSpaced ? Self.folded(query).split { !$0.isLetter && !$0.isNumber } : [Self.folded(query)[...]]
            let isFound = parts.allSatisfy { text.contains($0) }
            if !isFound { missed.append(query) }
            if ["ru", "el", "zh", "ja", "ko"].contains(language) {
                asked.other += 1
                found.other += isFound ? 1 : 0
            } else {
                asked.latin += 1
                found.latin += isFound ? 1 : 0
            }
        }

        /// The share of the true text's characters that were read, wherever they stand.
        mutating func compare(with truths: MediaPath) throws {
            for (name, text) in texts {
                let stem = name.split(separator: "/").last?.prefix { $0 != "." } ?? ""
                guard let bytes = try? Fixtures.read(truths.appending(FileName(stem + ".txt"))) else { continue }
                let truth = Self.counts(Self.folded(String(decoding: bytes, as: UTF8.self)))
                let read = Self.counts(Self.folded(text))
                let shared = truth.reduce(0) { $0 + min($1.value, read[$1.key] ?? 0) }
                recalls.append(Double(shared) / Double(max(1, truth.values.reduce(0, +))))
            }
        }

        var report: String {
            let seconds = Self.processorTime - start
            return """
                words: Latin script \(found.latin) of \(asked.latin) queries, others \(found.other) of \(asked.other); \
                characters \(characterRecall.formatted(.percent.precision(.fractionLength(1)))) of \(recalls.count) files; \
                \((seconds / Double(max(1, texts.count))).formatted(.number.precision(.fractionLength(2)))) s of processor \
                a picture; missed: \(missed.joined(separator: " · "))
                """
        }

        /// In seconds, of this thread only: other tests run meanwhile.
        private static var processorTime: Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        private static func folded(_ text: String) -> String {
            text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        }

        private static func counts(_ text: String) -> [Character: Int] {
            text.filter { !$0.isWhitespace }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }
}

extension MediaPath {
    /// Opens the file for as long as `body` runs.
    func withMediaFile<Result>(_ body: (MediaFile) throws -> Result) throws -> Result {
        let descriptor = withCString { open($0, O_RDONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        return try body(MediaFile(descriptor: descriptor))
    }
}
