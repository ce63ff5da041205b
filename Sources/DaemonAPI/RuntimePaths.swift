import Glibc
public import MediaTypes

/// Where Tintype keeps its things: the XDG base directories, or everything below `TINTYPE_HOME`.
///
/// Daemon and command line must come to the same answer, so both ask here.
public struct RuntimePaths: Hashable, Sendable {
    /// The configuration, which may be absent.
    public let configFile: MediaPath
    /// What must not be lost: the library, later the models.
    public let dataDirectory: MediaPath
    /// The thumbnails, shared with file managers by the freedesktop standard.
    public let cacheThumbnails: MediaPath
    /// The log, and what else may be lost.
    public let stateDirectory: MediaPath
    /// Holds the socket, for this user only.
    public let runtimeDirectory: MediaPath
    /// `TINTYPE_HOME` made absolute, where it is set: a daemon started from elsewhere must be given this one.
    public let home: MediaPath?

    /// The library.
    public var databaseFile: MediaPath { dataDirectory.appending(FileName("library.sqlite")) }
    /// The models of the local engine.
    public var modelsDirectory: MediaPath { dataDirectory.appending(FileName("models")) }
    /// The daemon's socket.
    public var socket: MediaPath { runtimeDirectory.appending(FileName("tintyped.sock")) }
    /// Where a daemon that the command line started writes its log.
    public var logFile: MediaPath { stateDirectory.appending(FileName("tintyped.log")) }

    /// The kernel's `sun_path` holds 108 bytes, the terminating NUL among them.
    static let socketPathLimit = 107

    /// The paths for this process.
    public static func current() throws(RuntimePathsError) -> RuntimePaths {
        try RuntimePaths(surroundings: .current())
    }

    /// The paths in these surroundings.
    init(surroundings: Surroundings) throws(RuntimePathsError) {
        if let home = try surroundings.tintypeHome() {
            self.home = home
            configFile = home.appending(FileName("config.toml"))
            dataDirectory = home.appending(FileName("data"))
            cacheThumbnails = home.appending(FileName("cache")).appending(FileName("thumbnails"))
            stateDirectory = home.appending(FileName("state"))
            runtimeDirectory = home.appending(FileName("run"))
        } else {
            let name = FileName("tintype")
            home = nil
            configFile = try surroundings.base("XDG_CONFIG_HOME", or: ".config").appending(name)
                .appending(FileName("config.toml"))
            dataDirectory = try surroundings.base("XDG_DATA_HOME", or: ".local/share").appending(name)
            cacheThumbnails = try surroundings.base("XDG_CACHE_HOME", or: ".cache").appending(FileName("thumbnails"))
            stateDirectory = try surroundings.base("XDG_STATE_HOME", or: ".local/state").appending(name)
            runtimeDirectory = surroundings.runtimeDirectory()
        }
        guard socket.bytes.count <= Self.socketPathLimit else { throw .socketPathTooLong(socket) }
    }

    /// Makes the directory of the socket, mode 0700, or checks that the one that is there is ours alone.
    ///
    /// Needed because the last resort lies below `/tmp`, where anyone may have put a directory before us.
    public func prepareRuntimeDirectory() throws(RuntimePathsError) {
        try Self.makeDirectories(runtimeDirectory)
        var status = stat()
        let found = runtimeDirectory.withCString { lstat($0, &status) == 0 }
        guard found else { throw .cannotMake(runtimeDirectory, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .cannotMake(runtimeDirectory, errno: ENOTDIR) }
        guard status.st_uid == geteuid() else { throw .foreignDirectory(runtimeDirectory) }
        if status.st_mode & 0o077 != 0 {
            let closed = runtimeDirectory.withCString { chmod($0, 0o700) == 0 }
            guard closed else { throw .cannotMake(runtimeDirectory, errno: errno) }
        }
    }

    /// Makes this directory and those above it that are missing, mode 0700 each.
    public static func makeDirectories(_ path: MediaPath) throws(RuntimePathsError) {
        let made = path.withCString { mkdir($0, 0o700) == 0 || errno == EEXIST }
        if made { return }
        let reason = errno
        guard reason == ENOENT, let parent = path.parent else { throw .cannotMake(path, errno: reason) }
        try makeDirectories(parent)
        let madeNow = path.withCString { mkdir($0, 0o700) == 0 || errno == EEXIST }
        guard madeNow else { throw .cannotMake(path, errno: errno) }
    }
}
