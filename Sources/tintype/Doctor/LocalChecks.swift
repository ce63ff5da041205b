import DaemonAPI
import Glibc
import MediaTypes

/// What can be looked at without the daemon.
struct LocalChecks {
    /// What is looked at.
    var paths: RuntimePaths

    /// Below this a growing library may run into the end of the disk. 500 MB: more than a day of the fastest indexing.
    private static let leastFreeBytes: UInt64 = 500_000_000
    /// Fewer than the kernel's own default on small machines: somebody set it low.
    private static let leastWatches = 8192

    /// Whether the folders that we write to can be written to, where they exist; the daemon makes the others.
    func folders() -> [Finding] {
        [
            ("data", paths.dataDirectory), ("state", paths.stateDirectory), ("thumbnails", paths.cacheThumbnails),
            ("runtime", paths.runtimeDirectory),
        ].map { name, path in
            let place = existing(path)
            guard place.withCString({ access($0, W_OK | X_OK) == 0 }) else {
                return .fail(
                    name, "\(path.text) cannot be written to: \(String(cString: strerror(errno))).",
                    remedy: "Make \(place.text) yours and writable: ls -ld shows whose it is.")
            }
            return .ok(name, "\(path.text) can be written to.")
        }
    }

    /// Whether the configuration can be read; the daemon says what is wrong inside it.
    func configuration() -> Finding {
        let file = paths.configFile
        if file.withCString({ access($0, R_OK) == 0 }) { return .ok("configuration", "\(file.text) can be read.") }
        if errno == ENOENT { return .ok("configuration", "There is no \(file.text); the defaults hold.") }
        return .fail(
            "configuration", "\(file.text) cannot be read: \(String(cString: strerror(errno))).",
            remedy: "Make it readable: chmod u+r.")
    }

    /// Whether the library has room to grow.
    func disk() -> Finding {
        let place = existing(paths.dataDirectory)
        var status = statvfs()
        guard place.withCString({ statvfs($0, &status) == 0 }) else {
            return .warn("disk", "The free space of \(place.text) cannot be told.", remedy: nil)
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let words = "\(Words.size(bytes: Int64(clamping: free))) are free for \(paths.dataDirectory.text)."
        guard free >= Self.leastFreeBytes else {
            return .warn("disk", "Only " + words, remedy: "Free some space: the library waits when the disk is full.")
        }
        return .ok("disk", words)
    }

    /// Whether the socket is for this user alone.
    func socket() -> Finding {
        var file = stat()
        var folder = stat()
        guard paths.socket.withCString({ lstat($0, &file) == 0 }),
            paths.runtimeDirectory.withCString({ lstat($0, &folder) == 0 })
        else {
            return .fail(
                "socket", "\(paths.socket.text): \(String(cString: strerror(errno))).", remedy: "Restart the daemon.")
        }
        guard file.st_mode & 0o077 == 0, folder.st_mode & 0o077 == 0, file.st_uid == geteuid() else {
            return .fail(
                "socket", "\(paths.socket.text) can be reached by other users.",
                remedy: "Run chmod 700 \(paths.runtimeDirectory.text), and restart the daemon.")
        }
        return .ok("socket", "\(paths.socket.text) is for you alone.")
    }

    /// Whether the kernel grants enough watches: one is spent a folder.
    func inotify(watches: Int?) -> Finding {
        guard let limit = number(in: "/proc/sys/fs/inotify/max_user_watches") else {
            return .warn("watch-limit", "The kernel's limit on watched folders cannot be read.", remedy: nil)
        }
        let used = watches.map { ", \(Words.grouped($0)) of them used by Tintype" } ?? ""
        let words = "The kernel lets a user watch \(Words.grouped(limit)) folders\(used)."
        // A tenth is left for other programs, which share the limit.
        guard limit >= Self.leastWatches, Double(watches ?? 0) < 0.9 * Double(limit) else {
            return .warn(
                "watch-limit", words,
                remedy: "Raise it: echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-tintype.conf "
                    + "&& sudo sysctl --system")
        }
        return .ok("watch-limit", words)
    }

    /// The path itself, or the nearest folder above it that exists.
    private func existing(_ path: MediaPath) -> MediaPath {
        var path = path
        while path.withCString({ access($0, F_OK) != 0 }), let parent = path.parent { path = parent }
        return path
    }

    private func number(in file: String) -> Int? {
        guard let stream = fopen(file, "re") else { return nil }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = fread(&bytes, 1, bytes.count, stream)
        return Int(String(decoding: bytes[..<count], as: UTF8.self).prefix { $0.isNumber })
    }
}
