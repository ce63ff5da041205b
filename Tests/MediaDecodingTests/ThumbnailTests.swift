import MediaTypes
import Testing

@testable import MediaDecoding

struct ThumbnailTests {
    private static func reading(_ drawn: PixelBuffer) throws -> FactsReading {
        let opened = try OpenedFile(MadeMedia.jpeg(drawn))
        return try MediaDecoder.reading(
            of: opened.file, name: "a.jpg", folders: [], uri: "file:///home/me/a%20b.jpg", modifiedAt: 1_717_243_200)
    }

    /// A PNG's chunks with whether their checksums are right.
    private static func chunks(_ png: [UInt8]) -> [(name: String, data: [UInt8], isSound: Bool)] {
        var chunks: [(name: String, data: [UInt8], isSound: Bool)] = []
        var offset = 8
        while let length = png.bigEndian32(at: offset), let name = png.text(at: offset + 4, count: 4),
            let checked = png.part(at: offset + 4, count: 4 + length)
        {
            let checksum = png.bigEndian32(at: offset + 8 + length)
            chunks.append((name, Array(checked.dropFirst(4)), checksum == Int(PNGEncoder.checksum(checked))))
            offset += 12 + length
        }
        return chunks
    }

    @Test func `both sizes fit inside their squares and carry address and time before the pixels`() throws {
        let reading = try Self.reading(MadeMedia.picture(width: 1200, height: 900))
        #expect(Set(reading.thumbnails.map(\.size)) == [.normal, .large])
        for thumbnail in reading.thumbnails {
            let pixels = try picture(in: thumbnail.png)
            #expect(pixels.size == PixelSize(width: 1200, height: 900).fitted(longSide: thumbnail.size.longSide))
            let chunks = Self.chunks(thumbnail.png)
            #expect(chunks.filter { !$0.isSound }.isEmpty)
            let texts = chunks.prefix { $0.name != "IDAT" }.filter { $0.name == "tEXt" }
                .map { String(decoding: $0.data, as: UTF8.self) }
            #expect(
                texts == [
                    "Thumb::URI\0file:///home/me/a%20b.jpg", "Thumb::MTime\01717243200", "Software\0Tintype",
                ])
            #expect(chunks.last?.name == "IEND")
        }
    }

    @Test func `small pictures are not enlarged`() throws {
        let drawn = MadeMedia.picture(width: 60, height: 40)
        for thumbnail in try Self.reading(drawn).thumbnails {
            #expect(try picture(in: thumbnail.png).size == drawn.size)
        }
    }

    @Test func `a thumbnail shows the picture`() throws {
        let drawn = MadeMedia.picture(width: 1200, height: 900)
        for thumbnail in try Self.reading(drawn).thumbnails {
            let expected = try drawn.fitted(longSide: thumbnail.size.longSide)
            #expect(try #require(meanDifference(try picture(in: thumbnail.png), expected)) < 6)
        }
    }

    @Test func `the checksum is CRC-32`() {
        // The check value that catalogues of checksums give for these nine digits.
        #expect(PNGEncoder.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test func `a JPEG for an engine is baseline and close to the picture`() throws {
        let drawn = MadeMedia.picture(width: 300, height: 200)
        let jpeg = try JPEGEncoder.encode(drawn)
        #expect(JPEGContainer.read(jpeg).jpeg?.isProgressive == false)
        #expect(try #require(meanDifference(try picture(in: jpeg), drawn)) < 4)
    }
}
