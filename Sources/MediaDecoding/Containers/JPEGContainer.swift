import MediaTypes

/// The marker segments before a JPEG's first scan (ITU-T T.81, annex B).
enum JPEGContainer {
    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: bytes)
        var header = JPEGHeader()
        var offset = 2
        for _ in 0..<DecodingLimits.parts {
            // Fill bytes and stray bytes between segments are tolerated, as every decoder does.
            guard let mark = bytes[min(offset, bytes.count)...].firstIndex(of: 0xFF) else { break }
            offset = mark
            guard let marker = bytes.byte(at: offset + 1) else { break }
            if marker == 0xFF || marker == 0 {
                offset += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                offset += 2
                continue
            }
            guard marker != 0xD9, marker != 0xDA, let length = bytes.bigEndian16(at: offset + 2), length >= 2 else {
                break
            }
            read(segment: offset + 4, length - 2, marker: marker, of: bytes, into: &container, &header)
            offset += 2 + length
        }
        container.jpeg = header
        return container
    }

    private static func read(
        segment start: Int, _ length: Int, marker: Int, of bytes: [UInt8], into container: inout PictureContainer,
        _ header: inout JPEGHeader
    ) {
        switch marker {
        // SOF0…SOF15 without the three that are no frame headers: DHT, JPG and DAC.
        case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
            guard let height = bytes.bigEndian16(at: start + 1), let width = bytes.bigEndian16(at: start + 3)
            else { return }
            container.declaredSize = PixelSize(width: width, height: height)
            header.isProgressive = [0xC2, 0xC6, 0xCA, 0xCE].contains(marker)
        case 0xE1 where bytes.has("Exif\0", at: start) && container.exif == nil:
            container.exif = bytes.part(at: start + 6, count: min(length, bytes.count - start) - 6)
        case 0xE1 where bytes.has(xmpName, at: start) && container.xmp == nil:
            container.xmp = bytes.part(at: start + xmpName.utf8.count, count: length - xmpName.utf8.count)
        case 0xED where bytes.has("Photoshop 3.0\0", at: start) && container.iptc == nil:
            container.iptc = bytes.part(at: start + 14, count: length - 14).flatMap(iptc)
        case 0xEE where bytes.has("Adobe", at: start):
            header.isAdobe = true
        default: break
        }
    }

    private static let xmpName = "http://ns.adobe.com/xap/1.0/\0"

    /// The IPTC records among Photoshop's image resources: resource 0x0404.
    private static func iptc(resources: [UInt8]) -> [UInt8]? {
        var offset = 0
        for _ in 0..<DecodingLimits.parts {
            guard resources.has("8BIM", at: offset), let id = resources.bigEndian16(at: offset + 4),
                let nameLength = resources.byte(at: offset + 6)
            else { return nil }
            // The name, its length byte included, and the data are each padded to an even length.
            let sizeOffset = offset + 6 + (nameLength + 2) / 2 * 2
            guard let size = resources.bigEndian32(at: sizeOffset) else { return nil }
            if id == 0x0404 { return resources.part(at: sizeOffset + 4, count: size) }
            offset = sizeOffset + 4 + (size + 1) / 2 * 2
        }
        return nil
    }
}
