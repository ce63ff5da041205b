/// Reads from bytes that nobody vouches for: every one says `nil` instead of stepping out of bounds.
extension Array where Element == UInt8 {
    func byte(at offset: Int) -> Int? { indices.contains(offset) ? Int(self[offset]) : nil }

    /// Whether `count` bytes lie at `offset`.
    func holds(_ count: Int, at offset: Int) -> Bool {
        offset >= 0 && count >= 0 && offset <= self.count && count <= self.count - offset
    }

    func bigEndian16(at offset: Int) -> Int? {
        holds(2, at: offset) ? Int(self[offset]) << 8 | Int(self[offset + 1]) : nil
    }

    func littleEndian16(at offset: Int) -> Int? {
        holds(2, at: offset) ? Int(self[offset + 1]) << 8 | Int(self[offset]) : nil
    }

    func littleEndian24(at offset: Int) -> Int? {
        holds(3, at: offset) ? Int(self[offset + 2]) << 16 | Int(self[offset + 1]) << 8 | Int(self[offset]) : nil
    }

    func bigEndian32(at offset: Int) -> Int? {
        guard let high = bigEndian16(at: offset), let low = bigEndian16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    func littleEndian32(at offset: Int) -> Int? {
        guard let low = littleEndian16(at: offset), let high = littleEndian16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    /// Whether these ASCII characters stand at `offset`.
    func has(_ characters: String, at offset: Int) -> Bool {
        holds(characters.utf8.count, at: offset) && self[offset...].starts(with: characters.utf8)
    }

    /// The text at `offset`, bytes that are no UTF-8 replaced.
    func text(at offset: Int, count: Int) -> String? {
        holds(count, at: offset) ? String(decoding: self[offset..<offset + count], as: UTF8.self) : nil
    }

    /// The bytes of a range, or `nil` where it does not lie inside.
    func part(at offset: Int, count: Int) -> [UInt8]? {
        holds(count, at: offset) ? Array(self[offset..<offset + count]) : nil
    }
}

extension ArraySlice where Element == UInt8 {
    /// Where `pattern` first occurs.
    func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard let first = pattern.first else { return nil }
        var start = startIndex
        while let found = self[start...].firstIndex(of: first), found + pattern.count <= endIndex {
            if self[found..<found + pattern.count].elementsEqual(pattern) { return found..<found + pattern.count }
            start = found + 1
        }
        return nil
    }
}

/// Writes in the byte orders of containers.
extension Array where Element == UInt8 {
    mutating func append(bigEndian value: UInt32) {
        append(contentsOf: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
    }

    mutating func append(littleEndian value: UInt32) {
        append(contentsOf: [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) })
    }

    mutating func append(littleEndian value: UInt16) {
        append(contentsOf: [0, 8].map { UInt8(truncatingIfNeeded: value >> $0) })
    }
}
