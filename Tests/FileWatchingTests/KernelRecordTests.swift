import Glibc
import MediaTypes
import Testing

@testable import FileWatching

struct KernelRecordTests {
    private static let kinds: [(bit: UInt32, kind: KernelRecord.Kind)] = [
        (IN_CREATE, KernelRecord.Kind.created), (IN_CLOSE_WRITE, .written), (IN_ATTRIB, .attributes),
        (IN_DELETE, .deleted), (IN_MOVED_FROM, .movedFrom), (IN_MOVED_TO, .movedTo), (IN_DELETE_SELF, .deletedSelf),
        (IN_MOVE_SELF, .movedSelf), (IN_UNMOUNT, .unmounted), (IN_IGNORED, .watchEnded), (IN_Q_OVERFLOW, .overflowed),
    ].map { (UInt32($0.0), $0.1) }

    @Test(arguments: kinds)
    func `every bit of the kernel's is its own kind`(bit: UInt32, kind: KernelRecord.Kind) {
        for isDirectory in [false, true] {
            let mask = bit | (isDirectory ? UInt32(IN_ISDIR) : 0)
            let record = KernelRecord(watch: 7, mask: mask, cookie: 0, name: nil)
            #expect(record == KernelRecord(watch: 7, kind: kind, isDirectory: isDirectory))
        }
    }

    @Test func `a bit that nobody asked for gives no record`() {
        #expect(KernelRecord(watch: 1, mask: UInt32(IN_OPEN), cookie: 0, name: nil) == nil)
    }

    @Test func `the mask asks for neither reads nor single writes`() {
        #expect(KernelRecord.wantedMask & UInt32(IN_MODIFY | IN_ACCESS | IN_OPEN | IN_CLOSE_NOWRITE) == 0)
        #expect(KernelRecord.wantedMask & UInt32(IN_ONLYDIR) != 0)
        #expect(KernelRecord.wantedMask & UInt32(IN_EXCL_UNLINK) != 0)
    }

    /// A record as the kernel lays it out.
    private func bytes(_ watch: Int32, _ mask: Int32, _ cookie: UInt32, _ name: [UInt8], padding: Int) -> [UInt8] {
        let padded = name + [UInt8](repeating: 0, count: padding)
        return [UInt32(bitPattern: watch), UInt32(bitPattern: mask), cookie, UInt32(padded.count)].flatMap { word in
            withUnsafeBytes(of: word) { Array($0) }
        } + padded
    }

    @Test func `records are read one after the other, names as bytes without their padding`() {
        let name: [UInt8] = [0xFF, 0x41]
        let buffer =
            bytes(3, IN_CREATE | IN_ISDIR, 0, name, padding: 14) + bytes(4, IN_DELETE_SELF, 0, [], padding: 0)
            + bytes(5, IN_MOVED_TO, 99, Array("b.jpg".utf8), padding: 11) + bytes(-1, IN_Q_OVERFLOW, 0, [], padding: 0)
        #expect(
            buffer.withUnsafeBytes(KernelRecord.records) == [
                KernelRecord(watch: 3, kind: .created, isDirectory: true, name: FileName(name)),
                KernelRecord(watch: 4, kind: .deletedSelf),
                KernelRecord(watch: 5, kind: .movedTo, cookie: 99, name: FileName("b.jpg")),
                KernelRecord(watch: -1, kind: .overflowed),
            ])
    }

    @Test func `a buffer cut anywhere gives the records before the cut`() {
        let one = bytes(3, IN_CREATE, 0, Array("a.jpg".utf8), padding: 11)
        let buffer = one + one
        for count in 0..<buffer.count {
            let records = buffer.prefix(count).withUnsafeBytes(KernelRecord.records)
            #expect(records.count == count / one.count)
        }
    }

    @Test func `a file is followed through the renames that wait`() {
        let records = [
            KernelRecord(watch: 1, kind: .movedFrom, cookie: 5, name: FileName("x")),
            KernelRecord(watch: 1, kind: .movedFrom, cookie: 6, name: FileName("b")),
            KernelRecord(watch: 1, kind: .movedTo, cookie: 5, name: FileName("y")),
            KernelRecord(watch: 2, kind: .movedTo, cookie: 6, name: FileName("c")),
        ]
        let end = KernelRecord.end(of: (1, FileName("b")), in: records[...])
        #expect(end.watch == 2 && end.name == FileName("c"))
    }
}

struct RecordBacklogTests {
    private func written(_ name: String) -> KernelRecord {
        KernelRecord(watch: 1, kind: .written, name: FileName(name))
    }

    @Test func `a repeat says nothing new, except after a rename`() {
        var backlog = RecordBacklog(capacity: 100)
        let from = KernelRecord(watch: 1, kind: .movedFrom, cookie: 1, name: FileName("a"))
        let to = KernelRecord(watch: 1, kind: .movedTo, cookie: 1, name: FileName("b"))
        for record in [written("a"), written("a"), written("c"), from, to, written("a"), written("a")] {
            backlog.add(record)
        }
        #expect(backlog.take() == [written("a"), written("c"), from, to, written("a")])
        #expect(backlog.isEmpty)
    }

    @Test func `beyond its capacity it holds one overflow and the ends of watches, and begins anew when taken`() {
        var backlog = RecordBacklog(capacity: 3)
        let ended = KernelRecord(watch: 9, kind: .watchEnded)
        backlog.add(ended)
        for number in 0..<10 { backlog.add(written("\(number)")) }
        let later = KernelRecord(watch: 8, kind: .watchEnded)
        backlog.add(later)
        #expect(backlog.take() == [ended, KernelRecord(watch: -1, kind: .overflowed), later])
        backlog.add(written("after"))
        #expect(backlog.take() == [written("after")])
    }
}
