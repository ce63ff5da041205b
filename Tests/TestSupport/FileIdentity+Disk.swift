import Glibc
public import MediaTypes

extension MediaPath {
    /// The identity as the catalog keeps it.
    public var identity: FileIdentity {
        var status = stat()
        _ = withCString { lstat($0, &status) }
        return FileIdentity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
            modifiedAt: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }
}
