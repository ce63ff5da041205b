import Glibc
import MediaTypes

/// A failure of the test's own file operations.
struct FileOperationFailed: Error {
    let what: String
    let code: Int32
}

/// A directory of a test's own, removed with everything in it at the end.
final class TemporaryTree: Sendable {
    let base: MediaPath
    /// The watched root, and a folder beside it that nobody watches.
    let root: MediaPath
    let outside: MediaPath

    init() throws {
        var template = Array("/tmp/tintype-watching-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let base = MediaPath(template.dropLast().map { UInt8(bitPattern: $0) }) else {
            throw FileOperationFailed(what: "mkdtemp", code: errno)
        }
        self.base = base
        root = base.appending(FileName("root"))
        outside = base.appending(FileName("outside"))
        try make(root)
        try make(outside)
    }

    deinit { try? removeAll(base) }

    /// A path below the root: "a/b.jpg".
    func path(_ relative: String) -> MediaPath { Self.path(relative, below: root) }

    static func path(_ relative: String, below directory: MediaPath) -> MediaPath {
        relative.split(separator: "/").reduce(directory) { $0.appending(FileName($1.utf8)) }
    }

    func make(_ directory: MediaPath) throws {
        try check("mkdir", directory) { mkdir($0, 0o755) }
    }

    /// Makes a folder below the root, and those that hold it.
    func make(_ relative: String) throws {
        var directory = root
        for name in relative.split(separator: "/") {
            directory = directory.appending(FileName(name.utf8))
            if !access(directory) { try make(directory) }
        }
    }

    func access(_ path: MediaPath) -> Bool { path.withCString { Glibc.access($0, F_OK) == 0 } }

    /// Writes a file and closes it.
    func write(_ path: MediaPath, _ text: String = "x") throws {
        let file = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
        guard file >= 0 else { throw FileOperationFailed(what: "open \(path.text)", code: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw FileOperationFailed(what: "write \(path.text)", code: errno)
        }
    }

    func write(_ relative: String, _ text: String = "x") throws { try write(path(relative), text) }

    func rename(_ from: MediaPath, _ to: MediaPath) throws {
        try check("rename", from) { source in to.withCString { Glibc.rename(source, $0) } }
    }

    func rename(_ from: String, _ to: String) throws { try rename(path(from), path(to)) }

    func link(_ from: MediaPath, _ to: MediaPath) throws {
        try check("link", from) { source in to.withCString { Glibc.link(source, $0) } }
    }

    func symlink(_ target: MediaPath, _ path: MediaPath) throws {
        try check("symlink", path) { name in target.withCString { Glibc.symlink($0, name) } }
    }

    func setModified(_ relative: String, _ seconds: Int) throws {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        try check("utimensat", path(relative)) { utimensat(AT_FDCWD, $0, times, 0) }
    }

    func remove(_ path: MediaPath) throws {
        try check("unlink", path) { unlink($0) }
    }

    func remove(_ relative: String) throws { try remove(path(relative)) }

    func removeAll(_ path: MediaPath) throws {
        for entry in try Self.entries(path) {
            if entry.isDirectory {
                try removeAll(path.appending(entry.name))
            } else {
                try remove(path.appending(entry.name))
            }
        }
        try check("rmdir", path) { rmdir($0) }
    }

    private func check(_ what: String, _ path: MediaPath, _ call: (UnsafePointer<CChar>) -> Int32) throws {
        guard path.withCString(call) == 0 else {
            throw FileOperationFailed(what: "\(what) \(path.text)", code: errno)
        }
    }

    /// What a directory holds, links counted as files.
    static func entries(_ directory: MediaPath) throws -> [(name: FileName, isDirectory: Bool)] {
        guard let stream = directory.withCString({ opendir($0) }) else {
            throw FileOperationFailed(what: "opendir \(directory.text)", code: errno)
        }
        defer { closedir(stream) }
        var entries: [(name: FileName, isDirectory: Bool)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { FileName($0.prefix { $0 != 0 }) }
            guard name != FileName("."), name != FileName("..") else { continue }
            entries.append((name, entry.pointee.d_type == UInt8(DT_DIR)))
        }
        return entries
    }

    /// A file's identity, not following links; `nil`: no regular file.
    static func identity(_ path: MediaPath) -> FileIdentity? {
        var facts = stat()
        guard path.withCString({ lstat($0, &facts) }) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileIdentity(
            device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino), byteCount: Int64(facts.st_size),
            modifiedAt: Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) / 1e9)
    }
}
