import CLibAV
import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

struct PNGTests {
    /// What a test varies: colours, depth, whether it is interlaced.
    struct Kind: CustomTestStringConvertible, Sendable {
        var colours: MadePNG.Colours
        var depth: Int
        var isInterlaced: Bool

        var testDescription: String { "\(colours), \(depth) bits\(isInterlaced ? ", interlaced" : "")" }

        static let all = MadePNG.Colours.allCases.flatMap { colours in
            colours.depths.flatMap { depth in
                [false, true].map { Kind(colours: colours, depth: depth, isInterlaced: $0) }
            }
        }
    }

    private static let palette: [UInt8] = (0..<256).flatMap { [UInt8($0), UInt8(255 - $0), UInt8($0 / 2)] }

    private static func png(_ kind: Kind, width: Int = 13, height: Int = 9) -> MadePNG {
        let most = 1 << kind.depth
        var png = MadePNG(
            width: width, height: height, colours: kind.colours, depth: kind.depth, isInterlaced: kind.isInterlaced)
        if kind.colours == .palette { png.palette = Array(palette.prefix(3 * most)) }
        png.samples = { x, y in
            (0..<kind.colours.channels).map { (x * 40_503 + y * 30_011 + $0 * 10_007) % 65_536 * most / 65_536 }
        }
        return png
    }

    /// The pixel that a viewer shows over white, by the standard's formulas.
    private static func expected(_ png: MadePNG, _ x: Int, _ y: Int) -> [UInt8] {
        let stored = png.samples(x, y)
        let most = (1 << png.depth) - 1
        func eight(_ sample: Int) -> Int { (sample * 255 + most / 2) / most }
        let values = stored.map(eight)
        func over(_ colour: [Int], _ alpha: Int) -> [UInt8] {
            colour.map { UInt8(($0 * alpha + 255 * (255 - alpha) + 127) / 255) }
        }
        let hidden = !png.transparency.isEmpty && png.colours != .palette
        let isHidden =
            hidden
            && stored
                == stride(from: 0, to: png.transparency.count, by: 2).map {
                    Int(png.transparency[$0]) << 8 | Int(png.transparency[$0 + 1])
                }
        switch png.colours {
        case .grey: return over([Int](repeating: values[0], count: 3), isHidden ? 0 : 255)
        case .rgb: return over(values, isHidden ? 0 : 255)
        case .greyAlpha: return over([Int](repeating: values[0], count: 3), values[1])
        case .rgba: return over(Array(values.prefix(3)), values[3])
        case .palette:
            let alpha = stored[0] < png.transparency.count ? Int(png.transparency[stored[0]]) : 255
            return over((0..<3).map { Int(png.palette[3 * stored[0] + $0]) }, alpha)
        }
    }

    private func expectEqual(_ png: MadePNG) throws {
        let found = try picture(in: png.bytes)
        try #require(found.size == PixelSize(width: png.width, height: png.height))
        let wanted = (0..<png.height).flatMap { y in (0..<png.width).flatMap { Self.expected(png, $0, y) } }
        // Two roundings, of sixteen bits to eight and of alpha.
        #expect(zip(found.bytes, wanted).allSatisfy { abs(Int($0) - Int($1)) <= (png.depth == 16 ? 1 : 0) })
        #expect(try facts(of: png.bytes).damage == nil)
    }

    @Test(arguments: Kind.all)
    func `every kind that the standard knows is shown as it says`(kind: Kind) throws {
        try expectEqual(Self.png(kind))
    }

    @Test(arguments: Kind.all.filter { $0.colours != .rgba && $0.colours != .greyAlpha })
    func `a transparent colour, or palette, lets white through`(kind: Kind) throws {
        var png = Self.png(kind)
        png.transparency =
            kind.colours == .palette
            ? [0, 128, 255].prefix(1 << kind.depth).map { $0 }
            : png.samples(5, 3).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        try expectEqual(png)
    }

    @Test(arguments: [false, true])
    func `a picture of one pixel's height, or width, is one`(isInterlaced: Bool) throws {
        let kind = Kind(colours: .rgb, depth: 8, isInterlaced: isInterlaced)
        try expectEqual(Self.png(kind, width: 700, height: 1))
        try expectEqual(Self.png(kind, width: 1, height: 700))
    }

    /// The definition is the whole picture shrunk at once.
    @Test(arguments: [
        (300, 200, 40), (300, 200, 299), (301, 77, 301), (1_000, 3, 100), (3, 1_000, 7), (20_000, 2, 100),
    ])
    func `rows shrunk as they come are the picture shrunk at once`(width: Int, height: Int, longSide: Int) throws {
        let whole = MadeMedia.picture(width: width, height: height)
        let target = whole.size.fitted(longSide: longSide)
        let shrinking = try RowShrinking(of: whole.size, AV_PIX_FMT_RGB24, to: target)
        var row = 0
        for count in [1, 2, 7, 1, 64, .max] where row < height {
            let there = min(count, height - row)
            let rows = Array(whole.bytes[row * width * 3..<(row + there) * width * 3])
            let band = PixelBuffer(size: PixelSize(width: width, height: there), bytes: rows)
            try shrinking.add(try Frame(band), count: there)
            row += there
        }
        #expect(try shrinking.picture() == whole.fitted(longSide: longSide))
    }

    @Test(arguments: [false, true])
    func `a small file that promises many pixels is refused before memory is taken`(isInterlaced: Bool) throws {
        var png = Self.png(Kind(colours: .rgba, depth: 16, isInterlaced: isInterlaced), width: 8, height: 8)
        png.samples = { _, _ in [0, 0, 0, 65_535] }
        var bytes = png.bytes
        bytes.replaceSubrange(16..<24, with: MadeMedia.big32(14_000) + MadeMedia.big32(14_000))
        let before = try Self.peakKilobytes(afresh: true)
        #expect(throws: DecodingError.self) { try facts(of: bytes) }
        #expect(try Self.peakKilobytes(afresh: false) - before < 100 << 10)
    }

    /// The most memory that this process has had, or has now where that is asked for.
    private static func peakKilobytes(afresh: Bool) throws -> Int {
        if afresh { try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }

    @Test func `an end mark that is missing costs nothing, and no word`() throws {
        let png = Self.png(Kind(colours: .rgb, depth: 8, isInterlaced: false))
        #expect(try facts(of: Array(png.bytes.dropLast(12))).damage == nil)
    }

    @Test func `a wrong checksum is told, and the picture shown`() throws {
        let drawn = MadeMedia.picture(width: 64, height: 48)
        var bytes = try MadeMedia.png(drawn)
        bytes[bytes.count - 13] ^= 1
        #expect(try facts(of: bytes).damage == "The picture is damaged: parts of it may be missing or wrong.")
        #expect(try picture(in: bytes) == drawn)
    }

    @Test func `an interlaced picture that is cut off is shown coarse`() throws {
        let kind = Kind(colours: .rgb, depth: 8, isInterlaced: true)
        let png = Self.png(kind, width: 64, height: 64)
        let cut = BrokenBytes.truncated(png.bytes, keeping: 0.5)
        #expect(try facts(of: cut).damage == "The picture is cut off: the lower part is missing.")
        #expect(try picture(in: cut).bytes.prefix(3) == picture(in: png.bytes).bytes.prefix(3))
    }
}
