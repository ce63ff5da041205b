import Foundation
import MediaTypes

/// The media files below a folder, by their names.
struct MediaFolder {
    let path: MediaPath
    let files: [MediaPath]

    init(_ argument: String) throws {
        let absolute = URL(fileURLWithPath: argument).resolvingSymlinksInPath().path
        guard let path = MediaPath(absolute), let entries = FileManager.default.enumerator(atPath: absolute) else {
            throw BenchError("\(argument) is no folder that can be read.")
        }
        self.path = path
        files = entries.compactMap { $0 as? String }.compactMap { MediaPath(absolute + "/" + $0) }
            .filter { MediaKind(fileName: $0.name) != nil }
            .sorted { $0.text < $1.text }
    }

    /// Whether a file lies in a folder called `corrupt`: it is broken on purpose.
    static func isBrokenOnPurpose(_ file: MediaPath) -> Bool {
        file.components.dropLast().contains(FileName("corrupt"))
    }
}
