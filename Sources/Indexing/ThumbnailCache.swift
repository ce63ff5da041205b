import CCrypto
import Glibc
public import MediaTypes

/// The desktop's shared thumbnails, as the freedesktop Thumbnail Managing Standard lays them out: file managers show
/// what we made, and we what they did.
public struct ThumbnailCache: Sendable {
    private let directory: MediaPath

    /// The cache in this directory: `$XDG_CACHE_HOME/thumbnails`.
    public init(directory: MediaPath) { self.directory = directory }

    /// Where the thumbnail of a file lies: `SIZE/MD5-OF-URI.png`.
    public func path(of file: MediaPath, size: Thumbnail.Size) -> MediaPath {
        directory.appending(FileName(size.rawValue)).appending(FileName(Self.md5(file.fileURI) + ".png"))
    }

    /// Stores a thumbnail: written aside, mode 0600, then renamed, so that no reader sees half of one.
    ///
    /// - Throws: `ThumbnailCacheError` where the disk refuses; the file's job goes on without its thumbnail.
    public func store(_ thumbnail: Thumbnail, of file: MediaPath) throws(ThumbnailCacheError) {
        let final = path(of: file, size: thumbnail.size)
        try makeDirectories(for: thumbnail.size)
        let aside = final.aside
        let descriptor = aside.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { throw ThumbnailCacheError(path: final, errno: errno) }
        let written = Self.writeAll(thumbnail.png, to: descriptor)
        let writeErrno = errno
        close(descriptor)
        guard written, aside.withCString({ from in final.withCString { rename(from, $0) } }) == 0 else {
            let reason = written ? errno : writeErrno
            _ = aside.withCString { unlink($0) }
            throw ThumbnailCacheError(path: final, errno: reason)
        }
    }

    /// The thumbnail that is stored for a file, ours or another program's; `nil`: there is none.
    public func thumbnail(of file: MediaPath, size: Thumbnail.Size) -> [UInt8]? {
        let descriptor = path(of: file, size: size).withCString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.largest else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        return read(descriptor, &bytes, bytes.count) == bytes.count ? bytes : nil
    }

    /// Bytes: no thumbnail of 256 × 256 pixels needs more.
    private static let largest = 4 << 20

    private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count > 0 { offset += count } else if errno != EINTR { return false }
            }
            return true
        }
    }

    private func makeDirectories(for size: Thumbnail.Size) throws(ThumbnailCacheError) {
        for directory in [directory, directory.appending(FileName(size.rawValue))] {
            guard directory.withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
                throw ThumbnailCacheError(path: directory, errno: errno)
            }
        }
    }

    /// The MD5 that the standard names files by, in lower-case hexadecimal: a name, not a safeguard.
    static func md5(_ text: String) -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        let bytes = Array(text.utf8)
        EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil)
        return digest.hexadecimal
    }
}

/// Why a thumbnail was not stored.
public struct ThumbnailCacheError: Error, CustomStringConvertible {
    /// What could not be written.
    public let path: MediaPath
    /// The system's reason.
    public let errno: CInt

    /// The reason as a sentence.
    public var description: String {
        "The thumbnail folder refuses to be written: \(String(cString: strerror(errno)))."
    }
}

extension MediaPath {
    /// A name beside this one that nobody else uses, to write to before the rename.
    fileprivate var aside: MediaPath {
        (parent ?? self).appending(FileName(name.bytes + Array(".\(UInt64.random(in: 0...(.max)))".utf8)))
    }
}
