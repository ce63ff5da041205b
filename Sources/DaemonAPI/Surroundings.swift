import Glibc
import MediaTypes

/// What `RuntimePaths` looks at: taken from the process once, and made up by tests.
struct Surroundings {
    /// An environment variable's bytes; `nil` where it is unset or empty.
    var variable: (String) -> [UInt8]?
    /// The user's home by the password database, for want of `HOME`.
    var passwordHome: [UInt8]?
    /// The current directory.
    var currentDirectory: [UInt8]?
    /// The user's number.
    var userID: UInt32
    /// Whether there is such a directory of this user's.
    var isOwnDirectory: (MediaPath) -> Bool

    /// This process's.
    static func current() -> Surroundings {
        Surroundings(
            variable: { name in getenv(name).map(bytes).flatMap { $0.isEmpty ? nil : $0 } },
            passwordHome: getpwuid(geteuid())?.pointee.pw_dir.map(bytes),
            currentDirectory: currentDirectoryBytes(),
            userID: geteuid(),
            isOwnDirectory: { path in
                var status = stat()
                guard path.withCString({ stat($0, &status) == 0 }) else { return false }
                return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            })
    }

    /// `TINTYPE_HOME`, made absolute.
    func tintypeHome() throws(RuntimePathsError) -> MediaPath? {
        guard let value = variable("TINTYPE_HOME") else { return nil }
        if let path = MediaPath(value) { return path }
        guard let path = currentDirectory.flatMap({ MediaPath($0 + [UInt8(ascii: "/")] + value) }) else {
            throw .noCurrentDirectory
        }
        return path
    }

    /// The base directory that this variable names; the standard says that relative ones are to be ignored.
    func base(_ name: String, or fallback: String) throws(RuntimePathsError) -> MediaPath {
        if let path = variable(name).flatMap({ MediaPath($0) }) { return path }
        guard let home = (variable("HOME") ?? passwordHome).flatMap({ MediaPath($0) }) else { throw .noHome }
        return fallback.split(separator: "/").reduce(home) { $0.appending(FileName($1.utf8)) }
    }

    /// `$XDG_RUNTIME_DIR/tintype`, `/run/user/UID/tintype`, or `/tmp/tintype-UID`.
    func runtimeDirectory() -> MediaPath {
        if let path = variable("XDG_RUNTIME_DIR").flatMap({ MediaPath($0) }) {
            return path.appending(FileName("tintype"))
        }
        if let path = MediaPath("/run/user/\(userID)"), isOwnDirectory(path) {
            return path.appending(FileName("tintype"))
        }
        guard let path = MediaPath("/tmp/tintype-\(userID)") else { preconditionFailure("/tmp is absolute") }
        return path
    }

    private static func bytes(_ text: UnsafeMutablePointer<CChar>) -> [UInt8] {
        UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    }

    private static func currentDirectoryBytes() -> [UInt8]? {
        guard let text = getcwd(nil, 0) else { return nil }
        defer { free(text) }
        return bytes(text)
    }
}
