import Glibc
import MediaTypes

/// One record of inotify's, its mask decoded.
struct KernelRecord: Hashable {
    /// What happened; raw value: the name that people get to see.
    enum Kind: String, CaseIterable {
        case created = "create"
        case written = "close-write"
        case attributes = "attrib"
        case deleted = "delete"
        case movedFrom = "moved-from"
        case movedTo = "moved-to"
        case deletedSelf = "delete-self"
        case movedSelf = "move-self"
        case unmounted = "unmount"
        case watchEnded = "ignored"
        case overflowed = "overflow"
    }

    /// The watch; −1 is the kernel's own for an overflow, and never one of ours.
    var watch: Int32
    var kind: Kind
    var isDirectory = false
    /// Ties the halves of a rename together.
    var cookie: UInt32 = 0
    /// The entry that it happened to; `nil`: the watched directory itself.
    var name: FileName?
}

extension KernelRecord {
    /// What the watcher asks for.
    ///
    /// IN_ATTRIB, since many tools set a file's times after they closed it (unzip, camera imports): the catalog would
    /// keep a time that is no longer the file's. It also tells of a folder that became readable. IN_MODIFY is left out:
    /// IN_CLOSE_WRITE and the settle gate say the same without an event for each write.
    static let wantedMask: UInt32 = [
        IN_CREATE, IN_CLOSE_WRITE, IN_ATTRIB, IN_DELETE, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE_SELF, IN_MOVE_SELF,
    ].reduce(UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)) { $0 | UInt32($1) }

    /// The kernel's bits, one of which each record has.
    private static let bits: [(bit: UInt32, kind: Kind)] = [
        (UInt32(IN_Q_OVERFLOW), .overflowed), (UInt32(IN_IGNORED), .watchEnded), (UInt32(IN_UNMOUNT), .unmounted),
        (UInt32(IN_CREATE), .created), (UInt32(IN_CLOSE_WRITE), .written), (UInt32(IN_ATTRIB), .attributes),
        (UInt32(IN_DELETE), .deleted), (UInt32(IN_MOVED_FROM), .movedFrom), (UInt32(IN_MOVED_TO), .movedTo),
        (UInt32(IN_DELETE_SELF), .deletedSelf), (UInt32(IN_MOVE_SELF), .movedSelf),
    ]

    /// The record of a mask; `nil`: one that we did not ask for.
    init?(watch: Int32, mask: UInt32, cookie: UInt32, name: FileName?) {
        guard let kind = Self.bits.first(where: { mask & $0.bit != 0 })?.kind else { return nil }
        self.init(
            watch: watch, kind: kind, isDirectory: mask & UInt32(IN_ISDIR) != 0, cookie: cookie, name: name)
    }

    /// The records in what one `read` gave: a header of 16 bytes (watch, mask, cookie, length of the name), then the
    /// name padded with NULs. A record that is cut short ends the list.
    static func records(in buffer: UnsafeRawBufferPointer) -> [KernelRecord] {
        var records: [KernelRecord] = []
        var offset = 0
        while offset + 16 <= buffer.count {
            let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            guard length <= buffer.count - offset - 16 else { break }
            let padded = buffer[(offset + 16)..<(offset + 16 + length)]
            let name = padded.prefix { $0 != 0 }
            let record = KernelRecord(
                watch: buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self),
                mask: buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
                cookie: buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self),
                name: name.isEmpty ? nil : FileName(name))
            if let record { records.append(record) }
            offset += 16 + length
        }
        return records
    }
}
