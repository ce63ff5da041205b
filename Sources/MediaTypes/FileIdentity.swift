public import Glibc

/// What tells a file that was not touched from one that was, without reading it.
public struct FileIdentity: Hashable, Sendable {
    /// The device number; not stable across boots on some file systems, so only a hint.
    public var device: UInt64
    /// The inode number.
    public var inode: UInt64
    /// The size in bytes.
    public var byteCount: Int64
    /// The modification time in seconds since 1970.
    public var modifiedAt: Double

    /// An identity of these four facts.
    public init(device: UInt64, inode: UInt64, byteCount: Int64, modifiedAt: Double) {
        self.device = device
        self.inode = inode
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
    }
}

extension FileIdentity {
    /// The identity in what `stat` says of a file.
    public init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
            modifiedAt: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }
}
