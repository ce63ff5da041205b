import Glibc

/// Keeps two from fetching one model at a time; the kernel lets go of it with its holder.
final class PullLock {
    /// What a lock's name ends in.
    static let suffix = ".lock"
    private var descriptor: CInt

    init(_ folder: String, _ name: String) throws(ModelStoreError) {
        // Beside the folder, which moves away when all is there.
        let path = folder + Self.suffix
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path, String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            descriptor = -1
            throw .busy(name)
        }
    }

    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    deinit { release() }
}
