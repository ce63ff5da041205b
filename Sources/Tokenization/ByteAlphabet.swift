/// The printable stand-ins that byte-level vocabularies are written in: a character for each byte.
///
/// Source: Radford et al. 2019 (GPT-2): printable Latin-1 stays itself, all else moves to U+0100 and on.
enum ByteAlphabet {
    private static let bytes: [UInt32: UInt8] = {
        var bytes: [UInt32: UInt8] = [:]
        var moved: UInt32 = 0x100
        for byte in UInt8.min...UInt8.max {
            if (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174 {
                bytes[UInt32(byte)] = byte
            } else {
                bytes[moved] = byte
                moved += 1
            }
        }
        return bytes
    }()

    /// The alphabet ends before U+0144: a table is enough.
    private static let table: [Int16] = (0..<0x144).map { bytes[UInt32($0)].map { Int16($0) } ?? -1 }

    /// Appends the bytes that UTF-8 text of the alphabet stands for.
    ///
    /// - Returns: false where a character is outside; what was appended is then of no use.
    static func append(_ text: some Collection<UInt8>, to bytes: inout [UInt8]) -> Bool {
        var lead: UInt8?
        for unit in text {
            let scalar: Int
            if let first = lead {
                guard unit & 0xC0 == 0x80 else { return false }
                scalar = Int(first & 0x1F) << 6 | Int(unit & 0x3F)
                lead = nil
            } else if unit < 0x80 {
                scalar = Int(unit)
            } else {
                // Everything of the alphabet takes two bytes at most.
                guard unit & 0xE0 == 0xC0 else { return false }
                lead = unit
                continue
            }
            guard scalar < table.count, table[scalar] >= 0 else { return false }
            bytes.append(UInt8(table[scalar]))
        }
        return lead == nil
    }
}
