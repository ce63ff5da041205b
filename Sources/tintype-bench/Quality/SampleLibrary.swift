import Foundation
import MediaTypes

/// A folder of samples with what is known of them: MANIFEST.tsv, QUERIES.tsv, and gt/, the text of whole pictures.
struct SampleLibrary {
    /// A file and what a person wrote down of it.
    struct Sample {
        var path: String
        /// `photo`, `screenshot`, `document` and others.
        var kind: String
        /// Of the content.
        var sha256: String
        /// Of the words in it, as BCP 47; empty: there are none.
        var language: String
        /// As EXIF has it: `2012:08:05 11:39:59`, perhaps with an offset; empty: none.
        var exifDate: String
        /// Maker and model with a blank between; empty: none.
        var camera: String
        /// `latitude,longitude`; empty: none.
        var gps: String
    }

    /// A question and the files that answer it.
    struct Query {
        var text: String
        var language: String
        var type: String
        var relevant: [String]
    }

    let directory: MediaPath
    let samples: [Sample]
    let queries: [Query]
    /// The lines of a picture's text by its path.
    let texts: [String: [String]]

    init(_ argument: String) throws {
        let path = URL(fileURLWithPath: argument).resolvingSymlinksInPath().path
        guard let directory = MediaPath(path) else { throw BenchError("\(argument) is no folder.") }
        self.directory = directory
        samples = try Self.table(path + "/MANIFEST.tsv").map { row in
            Sample(
                path: row["path", default: ""], kind: row["kind", default: ""], sha256: row["sha256", default: ""],
                language: row["language", default: ""], exifDate: row["exif_date", default: ""],
                camera: row["camera", default: ""],
                gps: row["gps", default: ""])
        }
        queries = try Self.table(path + "/QUERIES.tsv").map { row in
            Query(
                text: row["query", default: ""], language: row["language", default: ""], type: row["type", default: ""],
                relevant: row["relevant", default: ""].split(separator: " ").map(String.init))
        }
        texts = Self.texts(in: path + "/gt", of: samples)
    }

    /// The absolute path of a sample.
    func path(_ relative: String) -> MediaPath {
        relative.split(separator: "/").reduce(directory) { $0.appending(FileName(String($1))) }
    }

    /// The rows of a table with tabs between the cells and a first line of names.
    private static func table(_ file: String) throws -> [[String: String]] {
        guard let bytes = FileManager.default.contents(atPath: file) else { throw BenchError("\(file) is missing.") }
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let names = rows.first else { throw BenchError("\(file) is empty.") }
        return rows.dropFirst().map { Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }) }
    }

    /// `gt/NAME.txt` belongs to the sample whose name without its extension is NAME.
    private static func texts(in folder: String, of samples: [Sample]) -> [String: [String]] {
        var texts: [String: [String]] = [:]
        for sample in samples {
            let name = (sample.path as NSString).lastPathComponent as NSString
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name.deletingPathExtension).txt") else {
                continue
            }
            texts[sample.path] = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        return texts
    }
}
