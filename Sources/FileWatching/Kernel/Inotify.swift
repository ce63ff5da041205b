import Glibc
import MediaTypes

/// The kernel's queue of file events.
final class Inotify: Sendable {
    /// Why a directory got no watch.
    enum WatchFailure: Error { case limitReached, gone }

    let descriptor: Int32

    /// - Throws: the errno: EMFILE where the user's programs hold as many queues as the kernel allows.
    init() throws(InotifyUnavailable) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw InotifyUnavailable(code: errno) }
    }

    deinit { close(descriptor) }

    /// Watches a directory that is open.
    ///
    /// The watch goes through `/proc/self/fd`, so it falls on the very directory that was opened without following
    /// links, whatever has been renamed since. That name is itself a link, hence no IN_DONT_FOLLOW there; the way by
    /// path, for systems without /proc, has it.
    func watch(_ directory: borrowing DirectoryHandle, at path: MediaPath) throws(WatchFailure) -> Int32 {
        var watch = inotify_add_watch(
            descriptor, "/proc/self/fd/\(directory.descriptor)", KernelRecord.wantedMask)
        if watch < 0, errno == ENOENT {
            watch = path.withCString {
                inotify_add_watch(descriptor, $0, KernelRecord.wantedMask | UInt32(IN_DONT_FOLLOW))
            }
        }
        if watch >= 0 { return watch }
        throw errno == ENOSPC || errno == ENOMEM ? .limitReached : .gone
    }

    func endWatch(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

    /// Half of what the kernel allows one user; half of its smallest default where that cannot be read.
    static func fairWatchLimit() -> Int {
        let file = open("/proc/sys/fs/inotify/max_user_watches", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 4_096 }
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 32)
        let count = read(file, &digits, digits.count)
        let text = String(decoding: digits.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return (Int(text) ?? 8_192) / 2
    }
}

/// The system gave no inotify descriptor.
struct InotifyUnavailable: Error {
    var code: Int32
}
