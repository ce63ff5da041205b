import Glibc
public import MediaTypes

/// A directory of the test's own, removed with everything in it when the last reference goes.
///
/// Names are bytes throughout, so that tests can make files whose names are no UTF-8. A fault is thrown as a
/// `TemporaryDirectoryError` that names the call and the path.
public final class TemporaryDirectory: Sendable {
    /// Where it is: below `$TMPDIR`, else `/tmp`, symbolic links resolved, so that it equals what the kernel reports.
    public let path: MediaPath

    /// A fresh, empty directory, mode 0700, whose name starts with `label`.
    public init(label: String = "tintype-test") throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(label).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TemporaryDirectoryError(call: "mkdtemp", path: parent) }
        guard let resolved = realpath(template, nil) else {
            throw TemporaryDirectoryError(call: "realpath", path: parent)
        }
        defer { free(resolved) }
        guard let path = MediaPath(String(cString: resolved)) else {
            throw TemporaryDirectoryError(call: "realpath", path: parent)
        }
        self.path = path
    }

    deinit { Self.removeTree(path) }

    /// The path of `relative`, as "2024/harbour.jpg", inside this directory. Nothing is made.
    public func path(_ relative: String) -> MediaPath {
        relative.split(separator: "/").reduce(path) { $0.appending(FileName(String($1))) }
    }

    /// Makes the directory `relative` and those above it; one that exists is fine.
    @discardableResult
    public func makeDirectory(_ relative: String) throws -> MediaPath {
        let directory = path(relative)
        try makeDirectory(directory)
        return directory
    }

    /// Writes a file, the directories above it made as needed; an older one is overwritten in place.
    @discardableResult
    public func write(_ bytes: [UInt8], to relative: String) throws -> MediaPath {
        try write(bytes, to: path(relative))
    }

    /// Writes a file of text.
    @discardableResult
    public func write(_ text: String, to relative: String) throws -> MediaPath {
        try write(Array(text.utf8), to: relative)
    }

    /// Writes a file at any path inside this directory: for names that are no UTF-8.
    @discardableResult
    public func write(_ bytes: [UInt8], to file: MediaPath) throws -> MediaPath {
        if let parent = file.parent { try makeDirectory(parent) }
        let descriptor = file.withCString { creat($0, 0o644) }
        guard descriptor >= 0 else { throw TemporaryDirectoryError(call: "creat", path: file.text) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TemporaryDirectoryError(call: "write", path: file.text) }
            written += count
        }
        return file
    }

    /// Copies a fixture here, under its own last name component unless `relative` says otherwise.
    @discardableResult
    public func copy(_ fixture: Fixture, to relative: String? = nil) throws -> MediaPath {
        try write(try fixture.bytes(), to: relative ?? fixture.path.name.text)
    }

    /// Renames a file or directory inside this directory, replacing what is there.
    @discardableResult
    public func move(_ from: String, to: String) throws -> MediaPath {
        let target = path(to)
        let status = path(from).withCString { old in target.withCString { new in rename(old, new) } }
        guard status == 0 else { throw TemporaryDirectoryError(call: "rename", path: from) }
        return target
    }

    /// Removes a file, or a directory with everything in it; nothing there is fine.
    public func remove(_ relative: String) { Self.removeTree(path(relative)) }

    /// Sets a file's times of access and modification, in seconds since 1970.
    public func setModified(_ relative: String, to seconds: Double) throws {
        let whole = seconds.rounded(.down)
        let time = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
        let status = path(relative).withCString { utimensat(AT_FDCWD, $0, [time, time], AT_SYMLINK_NOFOLLOW) }
        guard status == 0 else { throw TemporaryDirectoryError(call: "utimensat", path: relative) }
    }

    private func makeDirectory(_ directory: MediaPath) throws {
        guard directory.isInside(path), directory != path else { return }
        if let parent = directory.parent { try makeDirectory(parent) }
        guard directory.withCString({ mkdir($0, 0o755) }) == 0 || errno == EEXIST else {
            throw TemporaryDirectoryError(call: "mkdir", path: directory.text)
        }
    }

    /// Removes without following symbolic links. A test's leftovers are not worth a failure: faults are passed over.
    private static func removeTree(_ path: MediaPath) {
        guard path.withCString({ unlink($0) }) != 0, let stream = path.withCString({ opendir($0) }) else { return }
        var names: [FileName] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName($0.prefix { $0 != 0 }) }
            if name != FileName("."), name != FileName("..") { names.append(name) }
        }
        closedir(stream)
        for name in names { removeTree(path.appending(name)) }
        _ = path.withCString { rmdir($0) }
    }
}

/// A call that a `TemporaryDirectory` made and that the system refused.
public struct TemporaryDirectoryError: Error, CustomStringConvertible {
    /// The call, the path it was made with, and the system's reason.
    public let description: String

    init(call: String, path: String) {
        description = "\(call) of \(path) failed: \(String(cString: strerror(errno)))"
    }
}
