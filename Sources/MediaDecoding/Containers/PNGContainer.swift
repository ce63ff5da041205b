import MediaTypes

/// A PNG's chunks (ISO/IEC 15948), looked at one by one where they lie: the pixels are left to the decoder.
enum PNGContainer {
    /// One chunk: where its data lies in the file, and how much of it is there.
    struct Chunk: Equatable {
        var name: String
        var start: Int64
        var length: Int
    }

    /// Where the file breaks off.
    enum End: Equatable {
        /// Its end mark is there, or so much else that nobody looked for it.
        case whole
        /// Between two chunks.
        case betweenChunks
        /// In this one.
        case inChunk(Chunk)
    }

    static func read(_ file: MediaFile) throws(DecodingError) -> (container: PictureContainer, end: End) {
        var container = PictureContainer(body: [])
        var animation = AnimationTime()
        var end = End.betweenChunks
        var offset: Int64 = 8
        for part in 1...DecodingLimits.parts {
            let head = try file.bytes(8, at: offset)
            guard let length = head.bigEndian32(at: 0), let name = head.text(at: 4, count: 4) else { break }
            let there = Int(min(Int64(length), file.byteCount - offset - 8))
            let chunk = Chunk(name: name, start: offset + 8, length: max(0, there))
            // Apple's own kind for its phones' programs.
            if name == "CgBI" { container.isReadable = false }
            try read(chunk, of: file, into: &container, &animation)
            if name == "IEND" || part == DecodingLimits.parts {
                end = .whole
            } else if there < length {
                end = .inChunk(chunk)
            }
            guard end == .betweenChunks else { break }
            offset += 12 + Int64(length)
        }
        container.duration = animation.seconds
        if end != .whole, animation.seconds != nil { container.damage = .animationCutOff }
        return (container, end)
    }

    /// Chunks that tell something besides the pixels.
    private static let telling: Set = ["eXIf", "iTXt", "tEXt", "fcTL"]

    private static func read(
        _ chunk: Chunk, of file: MediaFile, into container: inout PictureContainer, _ animation: inout AnimationTime
    ) throws(DecodingError) {
        guard telling.contains(chunk.name), chunk.length <= DecodingLimits.metadataBytes else { return }
        let bytes = try file.bytes(chunk.length, at: chunk.start)
        switch chunk.name {
        case "eXIf": container.exif = bytes
        case "iTXt" where bytes.has(xmpKeyword, at: 0): container.xmp = bytes
        case "tEXt" where bytes.has("Software\0", at: 0):
            container.software = bytes.text(at: 9, count: min(bytes.count - 9, 200))
        case "fcTL":
            guard let delay = bytes.bigEndian16(at: 20), let unit = bytes.bigEndian16(at: 22) else { return }
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
