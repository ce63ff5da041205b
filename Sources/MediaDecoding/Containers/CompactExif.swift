/// An EXIF block with the directories of a TIFF file that hold facts, close together at its start.
///
/// libexif looks at the first 64 KiB of a block only, and a TIFF's directories often stand behind its pixels.
enum CompactExif {
    private static let exifPointer = 0x8769
    private static let gpsPointer = 0x8825
    /// The values that are worth copying are short; maker's notes and thumbnails are not.
    private static let longestValue = 1024

    static func block(of directory: TIFFDirectory) -> [UInt8] {
        var writer = Writer(isLittleEndian: directory.isLittleEndian)
        let children = [exifPointer, gpsPointer].compactMap { tag in directory.directory(tag).map { (tag, $0) } }
        let places = children.map { tag, child in (tag, writer.append(entries(child))) }
        var main = entries(directory)
        for (tag, place) in places {
            main[tag] = TIFFDirectory.Entry(type: 4, count: 1, value: writer.number32(place))
        }
        let start = writer.append(main)
        writer.setFirstDirectory(start)
        return writer.bytes
    }

    private static func entries(_ directory: TIFFDirectory) -> [Int: TIFFDirectory.Entry] {
        directory.entries.filter { tag, entry in
            entry.value.count <= longestValue && tag != exifPointer && tag != gpsPointer
        }
    }

    /// Writes directories one behind the other.
    private struct Writer {
        let isLittleEndian: Bool
        private(set) var bytes: [UInt8]

        init(isLittleEndian: Bool) {
            self.isLittleEndian = isLittleEndian
            bytes = isLittleEndian ? [0x49, 0x49, 0x2A, 0] : [0x4D, 0x4D, 0, 0x2A]
            bytes += [0, 0, 0, 0]
        }

        func number16(_ value: Int) -> [UInt8] {
            let big = [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
            return isLittleEndian ? big.reversed() : big
        }

        func number32(_ value: Int) -> [UInt8] {
            let big = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
            return isLittleEndian ? big.reversed() : big
        }

        /// Appends a directory and its values; returns where it starts.
        mutating func append(_ entries: [Int: TIFFDirectory.Entry]) -> Int {
            let start = bytes.count
            var values: [UInt8] = []
            let valuesStart = start + 2 + entries.count * 12 + 4
            bytes += number16(entries.count)
            for (tag, entry) in entries.sorted(by: { $0.key < $1.key }) {
                bytes += number16(tag) + number16(entry.type) + number32(entry.count)
                if entry.value.count <= 4 {
                    bytes += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
                } else {
                    bytes += number32(valuesStart + values.count)
                    values += entry.value + (entry.value.count % 2 == 1 ? [0] : [])
                }
            }
            bytes += number32(0) + values
            return start
        }

        mutating func setFirstDirectory(_ offset: Int) { bytes.replaceSubrange(4..<8, with: number32(offset)) }
    }
}
