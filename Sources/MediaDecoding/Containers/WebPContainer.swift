import MediaTypes

/// A WebP's RIFF chunks. An animation's first frame is put into a file of its own: libav's decoder reads stills only.
enum WebPContainer {
    /// Chunks that are the picture itself.
    private static let picture: Set = ["VP8 ", "VP8L", "ALPH"]

    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: [])
        var still: [UInt8] = []
        var animation = AnimationTime()
        var isCutOff = (bytes.littleEndian32(at: 4) ?? 0) > bytes.count - 8
        forEachChunk(of: bytes, in: 12..<bytes.count) { name, start, length in
            switch name {
            case "VP8X": container.declaredSize = canvas(bytes, at: start)
            case "EXIF" where length <= DecodingLimits.metadataBytes:
                container.exif = bytes.part(at: start, count: length).map(ExifBlock.withoutMarker)
            case "XMP " where length <= DecodingLimits.metadataBytes:
                container.xmp = bytes.part(at: start, count: length)
            case "ANMF":
                animation.add(seconds: Double(bytes.littleEndian24(at: start + 12) ?? 0) / 1000)
                guard still.isEmpty else { break }
                forEachChunk(of: bytes, in: min(start + 16, start + length)..<start + length) { name, start, length in
                    if picture.contains(name) { append(name, bytes[start..<start + length], to: &still) }
                }
            case _ where picture.contains(name):
                append(name, bytes[start..<start + length], to: &still)
            default: break
            }
        }
        if still.isEmpty { isCutOff = true }
        container.body = file(around: still, canvas: container.declaredSize)
        container.declaredSize = container.declaredSize ?? frameSize(still)
        container.duration = animation.seconds
        if isCutOff { container.damage = animation.seconds == nil ? .pictureCutOff : .animationCutOff }
        return container
    }

    /// Calls `body` with each chunk's name and the part of its data that is there.
    private static func forEachChunk(of bytes: [UInt8], in range: Range<Int>, _ body: (String, Int, Int) -> Void) {
        var offset = range.lowerBound
        for _ in 0..<DecodingLimits.parts {
            guard offset + 8 <= range.upperBound, let name = bytes.text(at: offset, count: 4),
                let length = bytes.littleEndian32(at: offset + 4)
            else { return }
            body(name, offset + 8, min(length, range.upperBound - offset - 8))
            offset += 8 + (length + 1) / 2 * 2
        }
    }

    private static func append(_ name: String, _ data: ArraySlice<UInt8>, to body: inout [UInt8]) {
        body.append(contentsOf: name.utf8)
        body.append(littleEndian: UInt32(data.count))
        body.append(contentsOf: data)
        if data.count % 2 == 1 { body.append(0) }
    }

    /// A file of one still picture.
    private static func file(around still: [UInt8], canvas: PixelSize?) -> [UInt8] {
        var chunks: [UInt8] = []
        if still.has("ALPH", at: 0), let size = frameSize(still) ?? canvas {
            // Without the extended header the decoder does not look for the alpha chunk.
            var header: [UInt8] = [0x10, 0, 0, 0]
            for side in [size.width - 1, size.height - 1] {
                header.append(contentsOf: [0, 8, 16].map { UInt8(truncatingIfNeeded: side >> $0) })
            }
            append("VP8X", header[...], to: &chunks)
        }
        chunks += still
        var file = Array("RIFF".utf8)
        file.reserveCapacity(12 + chunks.count + DecodingLimits.padding)
        file.append(littleEndian: UInt32(4 + chunks.count))
        file += Array("WEBP".utf8)
        file += chunks
        return file
    }

    private static func canvas(_ bytes: [UInt8], at start: Int) -> PixelSize? {
        guard let width = bytes.littleEndian24(at: start + 4), let height = bytes.littleEndian24(at: start + 7)
        else { return nil }
        return PixelSize(width: width + 1, height: height + 1)
    }

    /// The size in the header of the first VP8 or VP8L chunk of `still`.
    private static func frameSize(_ still: [UInt8]) -> PixelSize? {
        var size: PixelSize?
        forEachChunk(of: still, in: 0..<still.count) { name, start, _ in
            if name == "VP8 ", let width = still.littleEndian16(at: start + 6),
                let height = still.littleEndian16(at: start + 8)
            {
                // The two upper bits are a hint about scaling.
                size = PixelSize(width: width & 0x3FFF, height: height & 0x3FFF)
            } else if name == "VP8L", let bits = still.littleEndian32(at: start + 1) {
                size = PixelSize(width: bits & 0x3FFF + 1, height: (bits >> 14) & 0x3FFF + 1)
            }
        }
        return size
    }
}
