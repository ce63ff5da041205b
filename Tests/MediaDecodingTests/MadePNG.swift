@testable import MediaDecoding

/// A PNG of any kind that the standard knows (ISO/IEC 15948), not compressed.
struct MadePNG {
    enum Colours: Int, CaseIterable {
        case grey = 0, rgb = 2, palette = 3
        case greyAlpha = 4
        case rgba = 6

        var channels: Int {
            switch self {
            case .grey, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        var depths: [Int] {
            switch self {
            case .grey: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    var width = 13
    var height = 9
    var colours = Colours.rgb
    var depth = 8
    var isInterlaced = false
    /// The data of PLTE and tRNS.
    var palette: [UInt8] = []
    var transparency: [UInt8] = []
    /// The samples of the pixel at a place, in the stored range.
    var samples: (_ x: Int, _ y: Int) -> [Int] = { _, _ in [] }

    /// Where each pass starts, and how far its pixels are apart: Adam7.
    private static let passes = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]

    var bytes: [UInt8] {
        let header =
            MadeMedia.big32(width) + MadeMedia.big32(height)
            + [UInt8(depth), UInt8(colours.rawValue), 0, 0, isInterlaced ? 1 : 0]
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
        if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
        if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
        return file + Self.chunk("IDAT", Self.stored(scanlines)) + Self.chunk("IEND", [])
    }

    private var scanlines: [UInt8] {
        (isInterlaced ? Self.passes : [(0, 0, 1, 1)]).flatMap { left, top, right, down in
            stride(from: top, to: height, by: down).flatMap { y in
                let row = stride(from: left, to: width, by: right).flatMap { samples($0, y) }
                // A row opens with its filter: none. A pass without pixels has no rows.
                return row.isEmpty ? [] : [0] + packed(row)
            }
        }
    }

    private func packed(_ samples: [Int]) -> [UInt8] {
        if depth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
        var bytes = [UInt8](repeating: 0, count: (samples.count * depth + 7) / 8)
        for (index, sample) in samples.enumerated() {
            bytes[index * depth / 8] |= UInt8(sample << (8 - depth - index * depth % 8))
        }
        return bytes
    }

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + data
        return MadeMedia.big32(data.count) + checked + MadeMedia.big32(Int(PNGEncoder.checksum(checked)))
    }

    /// A zlib stream of stored blocks.
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: data.count, by: 65_535) {
            let block = data[start..<min(start + 65_535, data.count)]
            let length = [UInt8(block.count & 255), UInt8(block.count >> 8)]
            stream += [start + block.count == data.count ? 1 : 0] + length + length.map { ~$0 } + block
        }
        // Adler-32.
        let sums = data.reduce((1, 0)) { sums, byte in
            let first = (sums.0 + Int(byte)) % 65_521
            return (first, (sums.1 + first) % 65_521)
        }
        return stream + MadeMedia.big32(sums.1 << 16 | sums.0)
    }
}
