import CCrypto
import Dispatch
import Glibc
public import MediaTypes

/// Reads whole files and says which content they hold. Blocking reads happen on a queue of its own.
public struct ContentHasher: Sendable {
    private let queue = DispatchQueue(label: "tintype.content-hash", qos: .utility)

    /// A hasher with a thread of its own.
    public init() {}

    /// The SHA-256 of the file and its identity while it was read.
    ///
    /// - Throws: `JobFailure` with the cause `.gone`, `.changed` (written while we read) or `.file` (unreadable).
    public func hash(_ path: MediaPath) async throws(JobFailure) -> (hash: ContentHash, identity: FileIdentity) {
        let result: Result<(ContentHash, FileIdentity), JobFailure> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(JobFailure) in try Self.hashBlocking(path) })
            }
        }
        let (hash, identity) = try result.get()
        return (hash, identity)
    }

    /// 256 KiB: large enough that the system call costs nothing, small enough for the second-level cache.
    private static let chunkByteCount = 256 << 10

    private static func hashBlocking(_ path: MediaPath) throws(JobFailure) -> (ContentHash, FileIdentity) {
        let descriptor = path.withCString { open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
        defer { close(descriptor) }
        let before = try identity(of: descriptor)
        guard let context = EVP_MD_CTX_new() else { throw .unreadable("There was no memory to read it.") }
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
        var chunk = [UInt8](repeating: 0, count: chunkByteCount)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable("The disk failed while it was read: \(String(cString: strerror(errno))).")
            }
            EVP_DigestUpdate(context, chunk, count)
        }
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
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

extension JobFailure {
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
