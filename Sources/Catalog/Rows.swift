import Foundation
import GRDB
import MediaTypes

// How the values of MediaTypes lie in columns.

extension MediaPath {
    /// The path as a BLOB.
    var blob: Data { Data(bytes) }
}

extension FileName {
    /// The name as a BLOB.
    var blob: Data { Data(bytes) }
}

extension Row {
    /// A BLOB's bytes; empty for NULL.
    func bytes(_ index: Int) -> [UInt8] { (self[index] as Data?).map { Array($0) } ?? [] }

    /// A name.
    func name(_ index: Int) -> FileName { FileName(bytes(index)) }

    /// A file's identity from the columns device, inode, byte_count and modified_at, the first of which is at `index`.
    func identity(_ index: Int) -> FileIdentity {
        FileIdentity(
            device: UInt64(bitPattern: self[index]), inode: UInt64(bitPattern: self[index + 1]),
            byteCount: self[index + 2], modifiedAt: self[index + 3])
    }
}

extension FileIdentity {
    /// The four columns' values, in the order that `Row.identity` reads them.
    var columns: [any DatabaseValueConvertible] {
        [Int64(bitPattern: device), Int64(bitPattern: inode), byteCount, modifiedAt]
    }

    /// Whether a file that was this is unchanged as `other`. Device numbers are not: they differ from boot to boot.
    func isSameFile(as other: FileIdentity) -> Bool {
        inode == other.inode && byteCount == other.byteCount && modifiedAt == other.modifiedAt
    }
}
