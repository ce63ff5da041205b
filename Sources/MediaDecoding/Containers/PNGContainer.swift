import MediaTypes

/// A PNG's chunks (ISO/IEC 15948).
enum PNGContainer {
    /// One chunk: where its data lies, and how much of it is there.
    struct Chunk {
        var name: String
        var start: Int
        var length: Int
        var isCutOff: Bool
    }

    /// What the decoder gets to see. Text and colour profiles stay out: they are compressed, and inflating them is how
    /// a small file takes a lot of memory.
    private static let decoded: Set = ["IHDR", "PLTE", "tRNS", "IDAT"]

    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: Array(bytes.prefix(8)))
        container.body.reserveCapacity(bytes.count + 16 + DecodingLimits.padding)
        var hasEnd = false
        var animation = AnimationTime()
        forEachChunk(of: bytes) { chunk in
            if decoded.contains(chunk.name) {
                append(chunk.name, bytes[chunk.start..<chunk.start + chunk.length], to: &container.body)
            }
            read(chunk, of: bytes, into: &container, &animation)
            hasEnd = hasEnd || chunk.name == "IEND"
        }
        append("IEND", [], to: &container.body)
        container.duration = animation.seconds
        if !hasEnd { container.damage = .pictureCutOff }
        return container
    }

    /// Calls `body` with each chunk up to IEND or the file's end; the last may be cut off.
    static func forEachChunk(of bytes: [UInt8], _ body: (Chunk) -> Void) {
        var offset = 8
        for _ in 0..<DecodingLimits.parts {
            guard let length = bytes.bigEndian32(at: offset), let name = bytes.text(at: offset + 4, count: 4) else {
                return
            }
            let there = min(length, bytes.count - offset - 8)
            body(Chunk(name: name, start: offset + 8, length: there, isCutOff: there < length))
            if name == "IEND" || there < length { return }
            offset += 12 + length
        }
    }

    /// Appends a chunk. Its checksum is left at nought: the decoder does not look at it.
    static func append(_ name: String, _ data: ArraySlice<UInt8>, to body: inout [UInt8]) {
        body.append(bigEndian: UInt32(data.count))
        body.append(contentsOf: name.utf8)
        body.append(contentsOf: data)
        body.append(bigEndian: 0)
    }

    private static func read(
        _ chunk: Chunk, of bytes: [UInt8], into container: inout PictureContainer, _ animation: inout AnimationTime
    ) {
        switch chunk.name {
        case "IHDR":
            guard let width = bytes.bigEndian32(at: chunk.start), let height = bytes.bigEndian32(at: chunk.start + 4)
            else { return }
            container.declaredSize = PixelSize(width: width, height: height)
        case "eXIf" where chunk.length <= DecodingLimits.metadataBytes:
            container.exif = bytes.part(at: chunk.start, count: chunk.length)
        case "iTXt" where bytes.has(xmpKeyword, at: chunk.start) && chunk.length <= DecodingLimits.metadataBytes:
            container.xmp = bytes.part(at: chunk.start, count: chunk.length)
        case "tEXt" where bytes.has("Software\0", at: chunk.start):
            container.software = bytes.text(at: chunk.start + 9, count: min(chunk.length - 9, 200))
        case "fcTL":
            guard let delay = bytes.bigEndian16(at: chunk.start + 20),
                let unit = bytes.bigEndian16(at: chunk.start + 22)
            else { return }
            animation.add(seconds: Double(delay) / Double(unit == 0 ? 100 : unit))
        default: break
        }
    }

    /// The keyword, and the flag that says that the text is not compressed.
    private static let xmpKeyword = "XML:com.adobe.xmp\0\0"
}

/// The running time of an animation: the sum of its frames' delays. A single frame is no animation.
struct AnimationTime {
    private var total = 0.0
    private var frames = 0

    /// The time, or `nil` for a still picture.
    var seconds: Double? { frames > 1 ? total : nil }

    mutating func add(seconds: Double) {
        total += seconds
        frames += 1
    }
}
