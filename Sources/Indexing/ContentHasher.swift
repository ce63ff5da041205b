import CCrypto
import CPlatform
import Dispatch
import Glibc
public import MediaTypes
import Synchronization

/// Reads whole files and says which content they hold. Blocking reads happen on a queue of its own.
public struct ContentHasher: Sendable {
    private let queue = DispatchQueue(label: "tintype.content-hash", qos: .utility, attributes: .concurrent)

    /// A hasher with a thread of its own.
    public init() {}

    /// The SHA-256 of the file and its identity while it was read.
    ///
    /// - Throws: `JobFailure` with the cause `.gone`, `.changed` (written while we read) or `.file` (unreadable).
    public func hash(_ path: MediaPath) async throws(JobFailure) -> (hash: ContentHash, identity: FileIdentity) {
        let isCancelled = Flag()
        let result: Result<(ContentHash, FileIdentity), JobFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    continuation.resume(
                        returning: Result { () throws(JobFailure) in
                            try Self.hashBlocking(path, until: isCancelled)
                        })
                }
            }
        } onCancel: {
            isCancelled.raise()
        }
        let (hash, identity) = try result.get()
        return (hash, identity)
    }

    /// 256 KiB: large enough that the system call costs nothing, small enough for the second-level cache.
    private static let chunkByteCount = 256 << 10

    private static func hashBlocking(
        _ path: MediaPath, until isCancelled: Flag
    ) throws(JobFailure) -> (ContentHash, FileIdentity) {
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        // Looking at a file is not using it; but only its owner may leave the time of the last access as it is.
        var descriptor = path.withCString { open($0, flags | platform_no_access_time()) }
        if descriptor < 0, errno == EPERM { descriptor = path.withCString { open($0, flags) } }
        guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
        defer { close(descriptor) }
        let before = try identity(of: descriptor)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw .noDigest }
        var chunk = [UInt8](repeating: 0, count: chunkByteCount)
        while true {
            if isCancelled.isRaised {
                throw JobFailure(code: "cancelled", message: "Tintype was stopped meanwhile.", cause: .service)
            }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable("The disk failed while it was read: \(String(cString: strerror(errno))).")
            }
            guard EVP_DigestUpdate(context, chunk, count) == 1 else { throw .noDigest }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .noDigest }
        guard try identity(of: descriptor) == before, let hash = ContentHash(digest) else {
            throw JobFailure(code: "changed", message: "The file was being written while it was read.", cause: .changed)
        }
        return (hash, before)
    }

    private static func identity(of descriptor: CInt) throws(JobFailure) -> FileIdentity {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("It is not a regular file.") }
        return FileIdentity(status)
    }
}

/// Raised once, from any thread.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { state.load(ordering: .relaxed) }
    func raise() { state.store(true, ordering: .relaxed) }
}

extension JobFailure {
    /// Without it every file would count as the same content.
    static let noDigest = JobFailure(
        code: "no-digest", message: "This system's OpenSSL does not compute SHA-256.", cause: .service)

    static func unreadable(_ message: String) -> JobFailure {
        JobFailure(code: "unreadable", message: message, cause: .file)
    }

    static func cannotOpen(errno number: CInt) -> JobFailure {
        switch number {
        case ENOENT, ENOTDIR, ENODEV, ENXIO, ESTALE:
            JobFailure(code: "gone", message: "The file is not there.", cause: .gone)
        case EACCES, EPERM:
            .unreadable("You may not read this file: its permissions forbid it.")
        case ELOOP:
            .unreadable("It is a symbolic link; links are not followed.")
        case EMFILE, ENFILE, ENOMEM:
            JobFailure(code: "no-resources", message: "Too many files are open.", cause: .service)
        default:
            .unreadable("The file cannot be opened: \(String(cString: strerror(number))).")
        }
    }
}
