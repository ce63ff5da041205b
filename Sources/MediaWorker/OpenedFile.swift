import CPlatform
import Glibc
import MediaTypes

/// A file opened for a worker, which is sure to be the one that the catalog means.
struct OpenedFile: ~Copyable {
    let descriptor: CInt

    /// Opens the file. Blocks where its disk is slow or gone.
    ///
    /// - Throws: `JobFailure` with the cause `.gone`, `.changed` (size or modification time), `.file` or `.service`.
    init(_ path: MediaPath, identity: FileIdentity) throws(JobFailure) {
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        // Only the owner may keep the access time from changing; others are told EPERM and try again without.
        var descriptor = path.withCString { open($0, flags | platform_no_access_time()) }
        if descriptor < 0, errno == EPERM { descriptor = path.withCString { open($0, flags) } }
        guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
        do {
            try Self.check(descriptor, is: identity)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    private static func check(_ descriptor: CInt, is identity: FileIdentity) throws(JobFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        let modifiedAt = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        // A Double holds today's times to a quarter of a microsecond.
        guard status.st_size == identity.byteCount, abs(modifiedAt - identity.modifiedAt) < 1e-6 else {
            throw .changed
        }
    }

    deinit { close(descriptor) }
}
