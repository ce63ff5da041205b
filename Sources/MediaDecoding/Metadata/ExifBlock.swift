import CExif

/// An EXIF block as libexif reads it. Every value is asked for by type: one of another type, or too short, is not there.
struct ExifBlock: ~Copyable {
    /// The directories that hold facts.
    enum Directory: Int { case main = 0, exif = 2, gps = 3 }

    private let data: UnsafeMutablePointer<ExifData>
    private let order: ExifByteOrder

    private static let marker = Array("Exif\0\0".utf8)

    /// The block that starts with `block`'s byte order mark.
    ///
    /// - Returns: `nil` where there is none.
    init?(_ block: [UInt8]) {
        guard block.starts(with: [0x49, 0x49]) || block.starts(with: [0x4D, 0x4D]),
            let data = exif_data_new()
        else { return nil }
        self.data = data
        // Both are set at first: libexif would drop tags younger than itself, and put values right by its own lights.
        exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS)
        exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION)
        // libexif looks no further than 64 KiB.
        let bytes = Self.marker + block.prefix(0x10000)
        exif_data_load_data(data, bytes, UInt32(bytes.count))
        order = exif_data_get_byte_order(data)
    }

    deinit { exif_data_unref(data) }

    /// The block without the marker that JPEG puts before it, and that some programs put into other containers.
    static func withoutMarker(_ block: [UInt8]) -> [UInt8] {
        block.starts(with: marker) ? Array(block.dropFirst(marker.count)) : block
    }

    /// Whether nothing at all could be read of it.
    var isEmpty: Bool {
        [data.pointee.ifd.0, data.pointee.ifd.1, data.pointee.ifd.2, data.pointee.ifd.3]
            .allSatisfy { $0.map { $0.pointee.count == 0 } ?? true }
    }

    /// Whether there is such a value, of whatever type.
    borrowing func has(_ tag: UInt32, in directory: Directory) -> Bool { value(tag, in: directory) != nil }

    /// A text, trimmed; `nil` where it is empty.
    borrowing func text(_ tag: UInt32, in directory: Directory) -> String? {
        guard let value = value(tag, in: directory), value.format == EXIF_FORMAT_ASCII else { return nil }
        return Self.trimmed(value.bytes.prefix { $0 != 0 })
    }

    /// A whole number of one or two or four bytes.
    borrowing func integer(_ tag: UInt32, in directory: Directory) -> Int? {
        guard let value = value(tag, in: directory), value.components >= 1 else { return nil }
        switch value.format {
        case EXIF_FORMAT_BYTE: return value.bytes.first.map(Int.init)
        case EXIF_FORMAT_SHORT where value.bytes.count >= 2: return Int(exif_get_short(value.bytes, order))
        case EXIF_FORMAT_LONG where value.bytes.count >= 4: return Int(exif_get_long(value.bytes, order))
        default: return nil
        }
    }

    /// Fractions; empty unless all are there, none has a denominator of nought (0/0 counts as 0).
    borrowing func fractions(_ tag: UInt32, in directory: Directory) -> [Double] {
        guard let value = value(tag, in: directory), value.format == EXIF_FORMAT_RATIONAL,
            value.components <= 16, value.bytes.count >= value.components * 8
        else { return [] }
        var fractions: [Double] = []
        for index in 0..<value.components {
            let fraction = exif_get_rational(Array(value.bytes[(index * 8)...]), order)
            if fraction.denominator == 0 && fraction.numerator != 0 { return [] }
            fractions.append(
                fraction.denominator == 0 ? 0 : Double(fraction.numerator) / Double(fraction.denominator))
        }
        return fractions
    }

    /// A comment of the form that EXIF gives user comments: eight bytes of encoding, then the text.
    borrowing func comment(_ tag: UInt32, in directory: Directory) -> String? {
        guard let value = value(tag, in: directory), value.format == EXIF_FORMAT_UNDEFINED else { return nil }
        return Self.trimmed(value.bytes.dropFirst(8).filter { $0 != 0 })
    }

    private struct Value {
        var format: ExifFormat
        var components: Int
        var bytes: [UInt8]
    }

    private borrowing func value(_ tag: UInt32, in directory: Directory) -> Value? {
        let contents = [data.pointee.ifd.0, data.pointee.ifd.1, data.pointee.ifd.2, data.pointee.ifd.3]
        guard let content = contents[directory.rawValue],
            let entry = exif_content_get_entry(content, ExifTag(rawValue: tag)), let bytes = entry.pointee.data
        else { return nil }
        let length = min(Int(entry.pointee.size), 0x10000)
        return Value(
            format: entry.pointee.format, components: Int(clamping: entry.pointee.components),
            bytes: Array(UnsafeBufferPointer(start: bytes, count: length)))
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        return trimmed.isEmpty
            ? nil : String(String.UnicodeScalarView(String(trimmed).unicodeScalars.filter { $0.value >= 32 }))
    }
}
