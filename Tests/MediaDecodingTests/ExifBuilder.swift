/// Builds EXIF blocks by hand, so that the reader is held to the format and not to a writer of ours.
struct ExifBuilder {
    /// A value as it goes into a directory.
    enum Value {
        case ascii(String)
        case short(Int)
        case shorts([Int])
        case long(Int)
        case rationals([(Int, Int)])
        case undefined([UInt8])
        case byte(UInt8)
    }

    var isLittleEndian = true
    var main: [(Int, Value)] = []
    var exif: [(Int, Value)] = []
    var gps: [(Int, Value)] = []

    /// The block, from its byte order mark on.
    ///
    /// - Parameter pixels: what stands between the header and the first directory, as in a TIFF file.
    func block(behind pixels: [UInt8] = []) -> [UInt8] {
        let start = 8 + pixels.count
        let exifStart = start + length(main, pointers: (exif.isEmpty ? 0 : 1) + (gps.isEmpty ? 0 : 1))
        let gpsStart = exifStart + (exif.isEmpty ? 0 : length(exif))
        var entries = main
        if !exif.isEmpty { entries.append((0x8769, .long(exifStart))) }
        if !gps.isEmpty { entries.append((0x8825, .long(gpsStart))) }
        var bytes: [UInt8] =
            (isLittleEndian ? [0x49, 0x49] : [0x4D, 0x4D]) + number(42, 2) + number(start, 4) + pixels
        bytes += directory(entries, at: start)
        if !exif.isEmpty { bytes += directory(exif, at: exifStart) }
        if !gps.isEmpty { bytes += directory(gps, at: gpsStart) }
        return bytes
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        return isLittleEndian ? little : little.reversed()
    }

    private func encoded(_ value: Value) -> (type: Int, count: Int, bytes: [UInt8]) {
        switch value {
        case .ascii(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
        case .short(let value): (3, 1, number(value, 2))
        case .shorts(let values): (3, values.count, values.flatMap { number($0, 2) })
        case .long(let value): (4, 1, number(value, 4))
        case .rationals(let parts): (5, parts.count, parts.flatMap { number($0.0, 4) + number($0.1, 4) })
        case .undefined(let bytes): (7, bytes.count, bytes)
        case .byte(let byte): (1, 1, [byte])
        }
    }

    private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes.count % 2 == 0 ? bytes : bytes + [0] }

    private func length(_ entries: [(Int, Value)], pointers: Int = 0) -> Int {
        let values = entries.map { padded(encoded($0.1).bytes).count }.filter { $0 > 4 }.reduce(0, +)
        return 2 + (entries.count + pointers) * 12 + 4 + values
    }

    private func directory(_ entries: [(Int, Value)], at start: Int) -> [UInt8] {
        var table = number(entries.count, 2)
        var values: [UInt8] = []
        let valuesStart = start + 2 + entries.count * 12 + 4
        for (tag, value) in entries.sorted(by: { $0.0 < $1.0 }) {
            let (type, count, bytes) = encoded(value)
            table += number(tag, 2) + number(type, 2) + number(count, 4)
            if padded(bytes).count <= 4 {
                table += bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
            } else {
                table += number(valuesStart + values.count, 4)
                values += padded(bytes)
            }
        }
        return table + number(0, 4) + values
    }
}
