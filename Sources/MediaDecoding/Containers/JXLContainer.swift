/// The boxes of a JPEG XL file (ISO/IEC 18181-2); a bare codestream has none.
enum JXLContainer {
    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: bytes)
        guard bytes.first == 0 else { return container }
        var offset = 0
        for _ in 0..<DecodingLimits.parts {
            guard let size32 = bytes.bigEndian32(at: offset), let name = bytes.text(at: offset + 4, count: 4) else {
                break
            }
            let hasLongSize = size32 == 1
            let header = hasLongSize ? 16 : 8
            let size =
                hasLongSize ? bytes.bigEndian32(at: offset + 12) ?? 0 : size32 == 0 ? bytes.count - offset : size32
            guard size >= header else { break }
            if size > bytes.count - offset { container.damage = .pictureCutOff }
            let length = min(size, bytes.count - offset) - header
            if length <= DecodingLimits.metadataBytes, let data = bytes.part(at: offset + header, count: length) {
                // The first four bytes say how far on the byte order mark stands.
                if name == "Exif", let skip = data.bigEndian32(at: 0) {
                    container.exif = Array(data.dropFirst(4 + skip))
                }
                if name == "xml " { container.xmp = data }
            }
            offset += size
        }
        return container
    }
}
