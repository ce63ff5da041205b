/// The outline of an EXIF block, looked at without libexif, which passes over what it cannot follow.
enum ExifStructure {
    private static let entryByteCount = 12
    /// TIFF's types of four bytes that programs write pointers to other directories as: LONG, SLONG and IFD.
    private static let pointerTypes: Set<Int> = [4, 9, 13]

    /// Whether the first directory does not fit into the block, or points to another one by something that is no pointer.
    static func isDamaged(_ block: [UInt8]) -> Bool {
        let isLittleEndian = block.starts(with: [0x49, 0x49])
        func number(at offset: Int, bytes: Int) -> Int? {
            guard offset >= 0, offset + bytes <= block.count else { return nil }
            let digits = block[offset..<(offset + bytes)]
            return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(at: 4, bytes: 4), let count = number(at: start, bytes: 2),
            start + 2 + count * entryByteCount <= block.count
        else { return true }
        return (0..<count).contains { index in
            let entry = start + 2 + index * entryByteCount
            // The directories of exposure and of the place.
            guard let tag = number(at: entry, bytes: 2), tag == 0x8769 || tag == 0x8825 else { return false }
            return number(at: entry + 2, bytes: 2).map { !pointerTypes.contains($0) } ?? true
        }
    }
}
