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
        let values = stored.map { Double($0) / Double((1 << png.depth) - 1) }
        func over(_ colour: [Double], _ alpha: Double) -> [UInt8] {
            colour.map { UInt8((255 * ($0 * alpha + 1 - alpha)).rounded()) }
        }
        let hidden = !png.transparency.isEmpty && png.colours != .palette
        let isHidden =
            hidden
            && stored
                == stride(from: 0, to: png.transparency.count, by: 2).map {
                    Int(png.transparency[$0]) << 8 | Int(png.transparency[$0 + 1])
                }
        switch png.colours {
        case .grey: return over([Double](repeating: values[0], count: 3), isHidden ? 0 : 1)
        case .rgb: return over(values, isHidden ? 0 : 1)
        case .greyAlpha: return over([Double](repeating: values[0], count: 3), values[1])
        case .rgba: return over(Array(values.prefix(3)), values[3])
        case .palette:
            let alpha = stored[0] < png.transparency.count ? Double(png.transparency[stored[0]]) / 255 : 1
            return over((0..<3).map { Double(png.palette[3 * stored[0] + $0]) / 255 }, alpha)
        }
    }

    private func expectEqual(_ png: MadePNG) throws {
        let found = try picture(in: png.bytes)
        try #require(found.size == PixelSize(width: png.width, height: png.height))
        let wanted = (0..<png.height).flatMap { y in (0..<png.width).flatMap { Self.expected(png, $0, y) } }
        // Alpha and sixteen bits are rounded one after the other.
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
        let shrinking = try RowShrinking(of: whole.size, to: whole.size.fitted(longSide: longSide))
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

    @Test func `what nobody sees of a transparent picture does not pale what is seen when it is shrunk`() throws {
        var lines = MadePNG(width: 64, height: 64, colours: .rgba)
        lines.samples = { x, _ in x % 2 == 0 ? [0, 0, 0, 255] : [200, 0, 0, 0] }
        var opaque = MadePNG(width: 64, height: 64, colours: .grey)
        opaque.samples = { x, _ in [x % 2 == 0 ? 0 : 255] }
        #expect(try picture(in: lines.bytes, longSide: 16) == picture(in: opaque.bytes, longSide: 16))
    }

    /// Of few passes, where there are so many pixels: a smooth picture shows no difference.
    @Test(arguments: [20, 50, 100, 200, 400, 800])
    func `an interlaced picture is shrunk from as many passes as it takes`(longSide: Int) throws {
        let drawn = MadeMedia.picture(width: 801, height: 603)
        var png = MadePNG(width: 801, height: 603)
        png.samples = { x, y in (0..<3).map { Int(drawn.bytes[(y * 801 + x) * 3 + $0]) } }
        let wanted = try picture(in: png.bytes, longSide: longSide)
        png.isInterlaced = true
        let found = try picture(in: png.bytes, longSide: longSide)
        #expect(found.size == wanted.size)
        #expect(try #require(meanDifference(found, wanted)) < 3)
    }

    @Test(arguments: [(14_000, 14_000), (900_000, 63)], [false, true])
    func `a small file that promises many pixels is refused`(sides: (Int, Int), isInterlaced: Bool) throws {
        var bytes = Self.png(Kind(colours: .rgba, depth: 16, isInterlaced: isInterlaced)).bytes
        bytes.replaceSubrange(16..<24, with: MadeMedia.big32(sides.0) + MadeMedia.big32(sides.1))
        let error = #expect(throws: DecodingError.self) { try facts(of: bytes) }
        #expect(error?.code == .damaged)
    }

    @Test func `a picture that is too long is told as that`() throws {
        var png = MadePNG(width: 1_000_001, height: 1)
        png.samples = { _, _ in [] }
        let error = #expect(throws: DecodingError.self) { try facts(of: png.bytes) }
        #expect(error?.code == .tooLarge && error?.message.contains("1000000 pixels a side") == true)
    }

    @Test func `Apple's own kind is unsupported, not damaged`() throws {
        var bytes = Self.png(Kind(colours: .rgba, depth: 8, isInterlaced: false)).bytes
        bytes.insert(contentsOf: MadePNG.chunk("CgBI", [0x50, 0, 0x20, 2]), at: 8)
        let error = #expect(throws: DecodingError.self) { try facts(of: bytes) }
        #expect(error?.code == .unsupported)
    }

    /// Larger than a band of rows.
    @Test func `what is missing of a large picture is blank, and what stands before is not`() throws {
        let whole = MadeMedia.picture(width: 700, height: 700)
        var png = MadePNG(width: 700, height: 700)
        png.samples = { x, y in (0..<3).map { Int(whole.bytes[(y * 700 + x) * 3 + $0]) } }
        #expect(try picture(in: png.bytes) == whole)
        let cut = BrokenBytes.truncated(png.bytes, keeping: 0.5)
        let found = try picture(in: cut).bytes
        let half = 345 * 700 * 3
        #expect(found.prefix(half) == whole.bytes.prefix(half))
        #expect(found.suffix(half).allSatisfy { $0 == 0 })
        #expect(try facts(of: cut).damage == "The picture is cut off: the lower part is missing.")
    }

    /// Some writers name a smaller window than their matches reach back.
    @Test func `a stream that reaches further back than it says is read whole`() throws {
        // Rows resemble each other, and are 601 bytes long.
        let drawn = MadeMedia.picture(width: 200, height: 200)
        var bytes = try MadeMedia.png(drawn)
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("IDAT".utf8)) }) + 4
        // A window of 256 bytes, and what makes the two a multiple of 31 (RFC 1950).
        bytes[place] = 0x08
        bytes[place + 1] = UInt8(31 - 0x0800 % 31)
        #expect(try picture(in: bytes) == drawn)
    }

    /// The end mark has 12 bytes, the checksum before it 4, and the stream's own 4.
    @Test(arguments: [1, 12, 13, 16, 20], [false, true])
    func `an end that is missing behind the pixels costs nothing, and no word`(
        missing: Int, isInterlaced: Bool
    ) throws {
        let png = Self.png(Kind(colours: .rgb, depth: 8, isInterlaced: isInterlaced))
        let cut = Array(png.bytes.dropLast(missing))
        #expect(try facts(of: cut).damage == nil)
        #expect(try picture(in: cut) == picture(in: png.bytes))
        #expect(try facts(of: Array(png.bytes.dropLast(21))).damage != nil)
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
        // So large that its last passes are not read for facts.
        let large = Self.png(kind, width: 1_400, height: 16)
        #expect(try facts(of: large.bytes).damage == nil)
        let cutLarge = BrokenBytes.truncated(large.bytes, keeping: 0.9)
        #expect(try facts(of: cutLarge).damage == "The picture is cut off: the lower part is missing.")
    }
}
