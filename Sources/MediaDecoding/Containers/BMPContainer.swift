import MediaTypes

/// A bitmap's headers.
enum BMPContainer {
    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: bytes)
        guard let header = bytes.littleEndian32(at: 14) else { return container }
        let isCore = header == 12
        let width = isCore ? bytes.littleEndian16(at: 18) : bytes.littleEndian32(at: 18)
        let height = isCore ? bytes.littleEndian16(at: 20) : bytes.littleEndian32(at: 22)
        guard let width, let height else { return container }
        // Rows run from the top where the height is negative.
        let rows = isCore ? height : Int(Int32(truncatingIfNeeded: height).magnitude)
        let size = PixelSize(width: width, height: rows)
        container.declaredSize = size
        guard let start = bytes.littleEndian32(at: 10), let bits = bytes.littleEndian16(at: isCore ? 24 : 28),
            size.pixelCount <= DecodingLimits.pixels
        else { return container }
        let isPlain = isCore || [0, 3].contains(bytes.littleEndian32(at: 30) ?? 0)
        if isPlain, start + (width * bits + 31) / 32 * 4 * rows > bytes.count { container.damage = .pictureCutOff }
        return container
    }
}
