import MediaTypes
import Testing

@testable import MediaDecoding

struct ExifTests {
    private static func full(_ isLittleEndian: Bool = true) -> ExifBuilder {
        var builder = ExifBuilder(isLittleEndian: isLittleEndian)
        builder.main = [
            (0x010F, .ascii(" Canon  ")), (0x0110, .ascii("Canon EOS 5D Mark III")), (0x0112, .short(6)),
            (0x0132, .ascii("2020:01:01 00:00:00")),
        ]
        builder.exif = [
            (0x9003, .ascii("2012:08:05 11:39:59")), (0x9291, .ascii("05")), (0x9011, .ascii("+02:00")),
            (0x9004, .ascii("2013:08:05 11:39:59")), (0x829A, .rationals([(1, 250)])), (0x829D, .rationals([(28, 10)])),
            (0x8827, .short(400)), (0x920A, .rationals([(50, 1)])), (0xA434, .ascii("EF50mm f/1.8")),
        ]
        builder.gps = [
            (1, .ascii("S")), (2, .rationals([(33, 1), (51, 1), (3600, 100)])), (3, .ascii("E")),
            (4, .rationals([(151, 1), (12, 1), (0, 1)])), (5, .byte(1)), (6, .rationals([(25, 2)])),
        ]
        return builder
    }

    @Test(arguments: [true, false])
    func `every fact is read in either byte order`(isLittleEndian: Bool) throws {
        let facts = ExifFacts(Self.full(isLittleEndian).block())
        #expect(facts.camera.make == "Canon")
        #expect(facts.camera.model == "Canon EOS 5D Mark III")
        #expect(facts.camera.lens == "EF50mm f/1.8")
        #expect(facts.camera.exposureTime == 0.004)
        #expect(facts.camera.fNumber == 2.8)
        #expect(facts.camera.iso == 400)
        #expect(facts.camera.focalLength == 50)
        #expect(facts.orientation == 6)
        #expect(facts.taken?.iso8601 == "2012-08-05T11:39:59.050+02:00")
        let location = try #require(facts.location)
        #expect(abs(location.latitude - -33.86) < 1e-9)
        #expect(abs(location.longitude - 151.2) < 1e-9)
        #expect(location.altitude == -12.5)
    }

    @Test func `the time of taking comes before that of digitising, and that before the last change`() {
        var builder = Self.full()
        #expect(ExifFacts(builder.block()).taken?.local == "2012-08-05T11:39:59.050")
        builder.exif.removeAll { $0.0 == 0x9003 }
        #expect(ExifFacts(builder.block()).taken?.local == "2013-08-05T11:39:59.000")
        builder.exif.removeAll { $0.0 == 0x9004 }
        #expect(ExifFacts(builder.block()).taken == nil)
        #expect(ExifFacts(builder.block()).changed?.local == "2020-01-01T00:00:00.000")
    }

    @Test func `values of the wrong type or length are not there`() {
        var builder = ExifBuilder()
        builder.main = [(0x010F, .short(7)), (0x0112, .ascii("6")), (0x0132, .long(5))]
        builder.exif = [(0x9003, .rationals([(1, 2)])), (0x829A, .ascii("fast")), (0x8827, .ascii("100"))]
        builder.gps = [(1, .short(3)), (2, .ascii("33")), (3, .ascii("E")), (4, .rationals([(1, 0), (2, 1), (3, 1)]))]
        let facts = ExifFacts(builder.block())
        #expect(facts.camera == CameraFacts())
        #expect(facts.taken == nil && facts.changed == nil && facts.location == nil && facts.orientation == nil)
    }

    @Test(arguments: ["0000:00:00 00:00:00", "    :  :     :  :  ", "2012:02:30 10:00:00", "2012:13:01 10:00:00", "x"])
    func `a clock that was never set is no time`(text: String) {
        var builder = ExifBuilder()
        builder.exif = [(0x9003, .ascii(text))]
        #expect(ExifFacts(builder.block()).taken == nil)
    }

    @Test func `the same block is found in JPEG, PNG and TIFF`() throws {
        let builder = Self.full()
        let files: [(String, [UInt8])] = try [
            ("jpeg", MadeMedia.jpeg(exif: builder.block())),
            ("png", MadeMedia.png(chunks: [("eXIf", builder.block())])),
            ("tiff", MadeMedia.tiff(tags: builder.main, exif: builder.exif)),
        ]
        for (format, bytes) in files {
            let facts = try facts(of: bytes)
            #expect(facts.format == format)
            #expect(facts.camera.model == "Canon EOS 5D Mark III", "\(format)")
            #expect(facts.takenAt?.iso8601 == "2012-08-05T11:39:59.050+02:00", "\(format)")
            #expect(facts.orientation == 6, "\(format)")
            #expect(facts.size == PixelSize(width: 64, height: 96), "\(format)")
            #expect(facts.damage == nil, "\(format)")
        }
    }

    @Test func `cutting or flipping a block anywhere never traps`() {
        let block = Self.full().block()
        for length in block.indices { _ = ExifFacts(Array(block.prefix(length))) }
        for bit in 0..<block.count * 8 {
            var broken = block
            broken[bit / 8] ^= 1 << (bit % 8)
            _ = ExifFacts(broken)
        }
    }

    @Test func `IPTC's date and time, with its offset, stand in for a missing EXIF date`() throws {
        func record(_ number: UInt8, _ text: String) -> [UInt8] {
            [0x1C, 2, number, 0, UInt8(text.utf8.count)] + text.utf8
        }
        let iptc = record(55, "20220110") + record(60, "151544-0400")
        let resource = Array("8BIM".utf8) + [0x04, 0x04, 0, 0] + MadeMedia.big32(iptc.count) + iptc
        let segment = MadeMedia.segment(0xED, Array("Photoshop 3.0\0".utf8) + resource)
        #expect(try facts(of: MadeMedia.jpeg(segments: [segment])).takenAt?.iso8601 == "2022-01-10T15:15:44-04:00")
    }

    @Test(arguments: [
        "<rdf:Description xmp:CreateDate=\"2011-08-15T18:24:59.00\"/>",
        "<xmp:CreateDate>2011-08-15T18:24:59</xmp:CreateDate>",
    ])
    func `XMP's date stands in for a missing EXIF date`(packet: String) throws {
        let segment = MadeMedia.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0\(packet)".utf8))
        #expect(try facts(of: MadeMedia.jpeg(segments: [segment])).takenAt?.iso8601 == "2011-08-15T18:24:59")
    }
}
