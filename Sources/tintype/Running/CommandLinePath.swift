import Glibc
import MediaTypes

/// Turns what was typed into the path under which the daemon knows a file: absolute, with symbolic links resolved.
enum CommandLinePath {
    /// The file that was meant, whether it is still there or not: links are resolved as far down as the path exists.
    static func file(_ argument: String) throws -> MediaPath {
        let path = try absolute(argument)
        return try resolved(path)
    }

    /// A folder that must exist.
    static func folder(_ argument: String) throws -> MediaPath {
        let typed = try absolute(argument)
        let path = try real(typed, named: typed.text)
        var status = stat()
        guard path.withCString({ stat($0, &status) == 0 }) else { throw unusable(typed.text, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(
                message: "\(typed.text) is a file, and only folders are watched.",
                remedy: "Name the folder that holds it.")
        }
        return path
    }

    /// A file that must exist and be readable.
    static func readableFile(_ argument: String) throws -> MediaPath {
        let typed = try absolute(argument)
        let path = try real(typed, named: typed.text)
        var status = stat()
        guard path.withCString({ stat($0, &status) == 0 }) else { throw unusable(typed.text, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(message: "\(typed.text) is not a file.", remedy: "Name a picture or a video.")
        }
        guard path.withCString({ access($0, R_OK) == 0 }) else { throw unusable(typed.text, errno: errno) }
        return path
    }

    /// The typed path from `/` on: `~` opened, the current directory put before a relative one.
    ///
    /// `.` and `..` are left to the file system: behind a link, `..` is not the folder that the text says.
    private static func absolute(_ argument: String) throws -> TypedPath {
        let bytes = RawArguments.bytes(of: argument)
        guard !bytes.isEmpty else {
            throw CommandFailure(status: .wrongUse, message: "A path is empty.", remedy: "Name a file or a folder.")
        }
        if bytes.first == UInt8(ascii: "/") { return TypedPath(bytes: bytes) }
        if bytes == [UInt8(ascii: "~")] || bytes.starts(with: Array("~/".utf8)), let home = getenv("HOME") {
            return TypedPath(bytes: Array(String(cString: home).utf8) + bytes.dropFirst())
        }
        guard let current = getcwd(nil, 0) else {
            throw CommandFailure(
                message: "The current directory cannot be found: \(String(cString: strerror(errno))).",
                remedy: "Change to a directory that exists, or use absolute paths.")
        }
        defer { free(current) }
        let directory = UnsafeBufferPointer(start: current, count: strlen(current)).map(UInt8.init(bitPattern:))
        return TypedPath(bytes: directory + [UInt8(ascii: "/")] + bytes)
    }

    /// An absolute path as typed, `.` and `..` in it unresolved.
    private struct TypedPath {
        var bytes: [UInt8]

        var text: String { MediaPath(bytes)?.text ?? String(decoding: bytes, as: UTF8.self) }
    }

    private static func resolved(_ path: TypedPath) throws -> MediaPath {
        if let found = realpath(path.bytes) { return found }
        // The file is gone or never was: resolve the part that exists, and keep the rest as it was typed.
        guard let lexical = MediaPath(path.bytes) else { throw unusable(path.text, errno: EINVAL) }
        var missing: [FileName] = []
        var existing = lexical
        while let parent = existing.parent {
            missing.insert(existing.name, at: 0)
            existing = parent
            if let found = realpath(existing.bytes) { return missing.reduce(found) { $0.appending($1) } }
        }
        return lexical
    }

    private static func real(_ path: TypedPath, named text: String) throws -> MediaPath {
        guard let found = realpath(path.bytes) else { throw unusable(text, errno: errno) }
        return found
    }

    private static func realpath(_ bytes: [UInt8]) -> MediaPath? {
        let terminated = (bytes + [0]).map(CChar.init(bitPattern:))
        guard let found = Glibc.realpath(terminated, nil) else { return nil }
        defer { free(found) }
        return MediaPath(UnsafeBufferPointer(start: found, count: strlen(found)).map(UInt8.init(bitPattern:)))
    }

    private static func unusable(_ text: String, errno code: Int32) -> CommandFailure {
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: "Check the spelling, and that the drive it lies on is there."
            case EACCES: "Check the permissions of the folders above it."
            default: "Check the path."
            }
        return CommandFailure(message: "\(text): \(String(cString: strerror(code))).", remedy: remedy)
    }
}
