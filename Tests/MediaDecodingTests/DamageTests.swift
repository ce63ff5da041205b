import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

struct DamageTests {
    @Test func `a JPEG that is cut off is read as far as it goes, and says so`() throws {
        let whole = MadeMedia.picture(width: 640, height: 480)
        let cut = BrokenBytes.truncated(try MadeMedia.jpeg(whole), keeping: 0.6)
        #expect(try facts(of: cut).damage == "The picture is cut off: the lower part is missing.")
        let top = try picture(in: cut)
        #expect(top.size == whole.size)
        #expect(top.bytes.prefix(9).allSatisfy { $0 != 128 })
    }

    @Test(arguments: [1, 2])
    func `a JPEG that lacks its end mark alone is whole`(missing: Int) throws {
        let whole = try MadeMedia.jpeg()
        #expect(try facts(of: Array(whole.dropLast(missing))).damage == nil)
        #expect(try picture(in: Array(whole.dropLast(missing))) == picture(in: whole))
        #expect(try facts(of: Array(whole.dropLast(40))).damage != nil)
    }

    @Test func `a PNG that is cut off is read as far as it goes, and says so`() throws {
        let whole = MadeMedia.picture(width: 64, height: 48)
        let cut = BrokenBytes.truncated(try MadeMedia.png(whole), keeping: 0.7)
        #expect(try facts(of: cut).damage == "The picture is cut off: the lower part is missing.")
        let top = try picture(in: cut)
        #expect(top.bytes.prefix(64 * 3 * 8) == whole.bytes.prefix(64 * 3 * 8))
    }

    @Test func `a PNG whose pixels are overwritten in the middle keeps what stands before`() throws {
        let whole = MadeMedia.picture(width: 64, height: 48)
        var bytes = try MadeMedia.png(whole)
        for index in bytes.count / 2..<bytes.count / 2 + 40 { bytes[index] = 0xFF }
        #expect(try facts(of: bytes).damage == "The picture is damaged: parts of it may be missing or wrong.")
        #expect(try picture(in: bytes).bytes.prefix(64 * 3 * 4) == whole.bytes.prefix(64 * 3 * 4))
    }

    @Test func `a TIFF, GIF or bitmap whose end is missing says so or is refused`() throws {
        let animation = MadeMedia.gif(delays: [10, 10])
        #expect(try facts(of: Array(animation.dropLast(30))).damage == "The animation is cut off: its end is missing.")
        let bitmap = DrawnPicture.bmp(width: 64, height: 64, seed: 1)
        #expect(try facts(of: bitmap).damage == nil)
        #expect(throws: DecodingError.self) { try facts(of: Array(bitmap.prefix(40))) }
        let cut = try? facts(of: BrokenBytes.truncated(bitmap, keeping: 0.5))
        #expect(cut == nil || cut?.damage != nil)
    }

    @Test(
        arguments: [
            [], Array("hello".utf8), [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
            Array("GIF89a".utf8), Array("RIFF\0\0\0\0WEBP".utf8), [0, 0, 0, 0x18] + Array("ftypheic".utf8),
            [0, 0, 0, 0x18] + Array("ftypisom".utf8), [0x1A, 0x45, 0xDF, 0xA3], [0xFF, 0x0A], [0x49, 0x49, 0x2A, 0],
        ] as [[UInt8]])
    func `what cannot be read at all is refused with a sentence`(bytes: [UInt8]) {
        let error = #expect(throws: DecodingError.self) { try facts(of: bytes) }
        #expect(error?.message.hasSuffix(".") == true)
        #expect(error?.code == .damaged || error?.code == .unsupported)
    }

    @Test func `a picture that declares too many pixels is refused before memory is taken`() throws {
        func png(_ width: Int, _ height: Int) throws -> [UInt8] {
            var bytes = try MadeMedia.png()
            bytes.replaceSubrange(16..<24, with: MadeMedia.big32(width) + MadeMedia.big32(height))
            return bytes
        }
        for bytes in try [
            png(20000, 20000), png(0x7FFF_FFFF, 0x7FFF_FFFF),
            DrawnPicture.bmpHeader(width: 3_000_000, height: 2_000_000),
        ] {
            let error = #expect(throws: DecodingError.self) { try facts(of: bytes) }
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains("200 million pixels") == true)
        }
        let none = #expect(throws: DecodingError.self) { try facts(of: png(0, 5)) }
        #expect(none?.code == .damaged)
    }

    @Test(arguments: ["jpeg", "png", "gif", "tiff", "mov", "bmp"])
    func `a file cut or flipped anywhere neither traps nor grows`(format: String) throws {
        let drawn = MadeMedia.picture(width: 48, height: 32)
        let bytes: [UInt8] =
            switch format {
            case "jpeg": try MadeMedia.jpeg(drawn)
            case "png": try MadeMedia.png(drawn)
            case "gif": MadeMedia.gif(delays: [10, 20])
            case "tiff": MadeMedia.tiff(drawn)
            case "mov": try MadeMovie().bytes()
            default: DrawnPicture.bmp(width: 48, height: 32, seed: 3)
            }
        var random = SeededGenerator(seed: 2)
        for round in 0..<120 {
            let broken =
                round % 2 == 0
                ? Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
                : BrokenBytes.bitFlipped(bytes, count: 1 + round % 8, seed: UInt64(round))
            guard let facts = try? facts(of: broken) else { continue }
            #expect(facts.size.pixelCount <= DecodingLimits.pixels)
        }
    }
}
