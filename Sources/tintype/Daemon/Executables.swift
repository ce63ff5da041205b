import Glibc
import MediaTypes

/// Finds programs: beside this one, then in `PATH`.
enum Executables {
    /// The folder of this program, links resolved.
    static func ownFolder() -> MediaPath? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return MediaPath(UnsafeBufferPointer(start: path, count: strlen(path)).map(UInt8.init(bitPattern:)))?.parent
    }

    /// The folders of `PATH`.
    static func searchPath() -> [MediaPath] {
        guard let path = getenv("PATH") else { return [] }
        return String(cString: path).split(separator: ":").compactMap { MediaPath(String($0)) }
    }

    /// The first of these folders' files of this name that can be run.
    static func find(_ name: String, in folders: [MediaPath]) -> MediaPath? {
        folders.lazy.map { $0.appending(FileName(name)) }.first { path in
            var status = stat()
            return path.withCString { stat($0, &status) == 0 && access($0, X_OK) == 0 }
                && status.st_mode & S_IFMT == S_IFREG
        }
    }
}
