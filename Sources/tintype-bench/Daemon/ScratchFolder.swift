import Foundation
import MediaTypes

/// A folder of the benchmark's own, removed in the end: below `$TMPDIR`, which should lie on the disk to be measured.
final class ScratchFolder: Sendable {
    let path: MediaPath

    init() throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        guard let path = MediaPath(parent + "/tintype-bench-" + UUID().uuidString.prefix(8)) else {
            throw BenchError("TMPDIR is \(parent), which is no absolute path.")
        }
        try FileManager.default.createDirectory(
            atPath: path.text, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        self.path = path
    }

    deinit { try? FileManager.default.removeItem(atPath: path.text) }

    /// The path of `name` in it.
    func path(_ name: String) -> MediaPath { path.appending(FileName(name)) }

    /// A folder in it.
    func makeFolder(_ name: String) throws -> MediaPath {
        try FileManager.default.createDirectory(atPath: path(name).text, withIntermediateDirectories: true)
        return path(name)
    }
}
