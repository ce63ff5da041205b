/// The SHA-256 of a whole file: what makes two files the same content.
public struct ContentHash: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The hash of these bytes.
    ///
    /// - Returns: `nil` unless there are 32.
    public init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The hash in lower-case hexadecimal, as `sha256sum` prints it.
    public var hexadecimal: String { bytes.hexadecimal }
}

extension Sequence<UInt8> {
    /// The bytes in lower-case hexadecimal.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}

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
