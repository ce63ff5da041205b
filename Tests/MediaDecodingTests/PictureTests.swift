import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

struct PictureTests {
    @Test func `a pixmap is the pixels behind their size`() {
        let bytes: [UInt8] = [1, 2, 3, 10, 20, 30]
        let picture = PixelBuffer(size: PixelSize(width: 2, height: 1), bytes: bytes)
        #expect(PixmapEncoder.encode(picture) == Array("P6\n2 1\n255\n".utf8) + bytes)
    }

    /// JPEG at quality 90 stays well within this of a smooth picture.
    private static let jpegTolerance = 6.0

    /// The stored pixels of `picture` for an orientation, by the definition: where row 0 and column 0 lie.
    private static func stored(_ picture: PixelBuffer, orientation: Int) -> PixelBuffer {
        let size = picture.size
        let swaps = orientation >= 5
        let width = swaps ? size.height : size.width
        let height = swaps ? size.width : size.height
        var bytes: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                // EXIF names the visual side that row 0 and column 0 of the stored picture are.
                let (x, y) =
                    switch orientation {
                    case 1: (column, row)
                    case 2: (size.width - 1 - column, row)
                    case 3: (size.width - 1 - column, size.height - 1 - row)
                    case 4: (column, size.height - 1 - row)
                    case 5: (row, column)
                    case 6: (size.width - 1 - row, column)
                    case 7: (size.width - 1 - row, size.height - 1 - column)
                    default: (row, size.height - 1 - column)
                    }
                bytes += picture.bytes[(y * size.width + x) * 3..<(y * size.width + x) * 3 + 3]
            }
        }
        return PixelBuffer(size: PixelSize(width: width, height: height), bytes: bytes)
    }

    @Test(arguments: 1...8)
    func `every orientation comes out upright, pixel by pixel`(orientation: Int) throws {
        let upright = MadeMedia.picture(width: 7, height: 5)
        var builder = ExifBuilder()
        builder.main = [(0x0112, .short(orientation))]
        let bytes = try MadeMedia.png(
            Self.stored(upright, orientation: orientation), chunks: [("eXIf", builder.block())])
        #expect(try picture(in: bytes) == upright)
        #expect(try facts(of: bytes).size == upright.size)
        #expect(try facts(of: bytes).orientation == orientation)
    }

    @Test(arguments: [(4000, 3000, 320), (100, 3000, 320), (640, 480, 320), (100, 80, 320), (1, 1, 320)])
    func `a JPEG is decoded to the size that is asked for and no larger than it is`(
        width: Int, height: Int, side: Int
    ) throws {
        let whole = MadeMedia.picture(width: width, height: height)
        let small = try picture(in: MadeMedia.jpeg(whole), longSide: side)
        #expect(small.size == whole.size.fitted(longSide: side))
        let expected = try whole.fitted(longSide: side)
        #expect(try #require(meanDifference(small, expected)) < Self.jpegTolerance)
    }

    @Test func `PNG and TIFF keep every pixel, whatever the extension says`() throws {
        let drawn = MadeMedia.picture()
        #expect(try picture(in: MadeMedia.png(drawn)) == drawn)
        #expect(try picture(in: MadeMedia.tiff(drawn)) == drawn)
        #expect(try facts(of: MadeMedia.png(drawn), name: "holiday.jpg").format == "png")
    }

    @Test func `a TIFF that the decoder cannot read is no black picture`() throws {
        var bytes = MadeMedia.tiff()
        // Compression, one short: nothing, then JPEG.
        let plain: [UInt8] = [0x03, 0x01, 3, 0, 1, 0, 0, 0, 1, 0]
        let place = try #require(
            bytes.indices.first { $0 + 10 <= bytes.count && bytes[$0..<($0 + 10)].elementsEqual(plain) })
        bytes[place + 8] = 7
        // Numbers with fractions.
        for unreadable in [bytes, MadeMedia.tiff(tags: [(0x153, .shorts([3, 3, 3]))])] {
            let error = #expect(throws: DecodingError.self) { try picture(in: unreadable) }
            #expect(error?.code == .unsupported)
        }
        #expect(try picture(in: MadeMedia.tiff(tags: [(0x153, .shorts([1, 1, 1]))])) == MadeMedia.picture())
    }

    @Test func `an animation's time is the sum of its delays, a still picture has none`() throws {
        let animation = try facts(of: MadeMedia.gif(delays: [50, 25, 0]))
        #expect(animation.kind == .photo && animation.format == "gif")
        #expect(animation.duration.map { abs($0 - 0.85) < 1e-9 } == true)
        #expect(animation.damage == nil)
        #expect(try facts(of: MadeMedia.gif(delays: [50])).duration == nil)
        #expect(try picture(in: MadeMedia.gif(delays: [1])).bytes.prefix(3) == [255, 0, 0])
    }

    @Test func `near pictures have near hashes, and different ones do not`() throws {
        let drawn = MadeMedia.picture(width: 400, height: 300)
        let hash = try #require(try facts(of: MadeMedia.png(drawn)).perceptualHash)
        let again = try #require(try facts(of: MadeMedia.jpeg(drawn.fitted(longSide: 200))).perceptualHash)
        let mirrored = Self.stored(drawn, orientation: 2)
        let other = try #require(try facts(of: MadeMedia.png(mirrored)).perceptualHash)
        #expect((hash ^ again).nonzeroBitCount <= 3)
        #expect((hash ^ other).nonzeroBitCount > 16)
    }

    @Test func `transparent parts lie over white`() throws {
        // RGBA of 2 × 1 in a stored deflate block: a half transparent black and a wholly transparent red.
        let data: [UInt8] = [0, 0, 0, 0, 128, 255, 0, 0, 0]
        let length = UInt8(data.count)
        let deflated: [UInt8] = [0x78, 0x01, 1, length, 0, ~length, 0xFF] + data + adler(data)
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 1, 8, 6, 0, 0, 0]
        for (name, data) in [("IHDR", header), ("IDAT", deflated), ("IEND", [])] {
            bytes += MadeMedia.big32(data.count) + Array(name.utf8) + data + [0, 0, 0, 0]
        }
        #expect(try picture(in: bytes).bytes == [127, 127, 127, 255, 255, 255])
    }

    private func adler(_ bytes: [UInt8]) -> [UInt8] {
        var low = 1, high = 0
        for byte in bytes {
            low = (low + Int(byte)) % 65521
            high = (high + low) % 65521
        }
        return MadeMedia.big32(high << 16 | low)
    }
}
