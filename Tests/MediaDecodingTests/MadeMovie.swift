import MediaDecoding
import MediaTypes

/// A QuickTime film of JPEG frames, written box by box.
struct MadeMovie {
    /// Frames in tenths of a second; frame `n`'s left upper pixels are as bright as `20 n`.
    var frameCount = 10
    var size = PixelSize(width: 64, height: 48)
    /// The track header's matrix without its last column: a, b, c, d.
    var matrix: (Int, Int, Int, Int) = (1, 0, 0, 1)
    /// Seconds since 1904.
    var created = 0
    /// Apple's texts.
    var texts: [(key: String, value: String)] = []

    /// The bytes, the pixels before the index.
    func bytes() throws -> [UInt8] {
        let frames = try (0..<frameCount).map { try JPEGEncoder.encode(frame($0)) }
        let type = box("ftyp", Array("qt  ".utf8) + big(0x200) + Array("qt  ".utf8))
        let data = box("mdat", frames.flatMap { $0 })
        return type + data + movie(frames, start: type.count + 8)
    }

    /// The picture of one frame.
    func frame(_ index: Int) -> PixelBuffer {
        let drawn = MadeMedia.picture(width: size.width, height: size.height)
        let level = UInt8(min(20 * index, 255))
        return PixelBuffer(
            size: size, bytes: drawn.bytes.enumerated().map { $0.offset < 64 * 3 * 8 ? level : $0.element })
    }

    private func movie(_ frames: [[UInt8]], start: Int) -> [UInt8] {
        let duration = frameCount * 100
        let times = big(0) + big(created) + big(created)
        let header =
            times + big(1000) + big(duration) + big(0x10000) + [1, 0] + zeros(10) + matrixBytes((1, 0, 0, 1))
            + zeros(24) + big(2)
        let track =
            big(0xF) + big(created) + big(created) + big(1) + big(0) + big(duration) + zeros(16) + matrixBytes(matrix)
            + big(size.width << 16) + big(size.height << 16)
        let media =
            box("mdhd", times + big(1000) + big(duration) + big(0))
            + box("hdlr", big(0) + Array("mhlrvide".utf8) + zeros(13))
            + box("minf", box("vmhd", big(1) + zeros(8)) + dataReference() + samples(frames, start: start))
        return box("moov", box("mvhd", header) + box("trak", box("tkhd", track) + box("mdia", media)) + metadata())
    }

    private func dataReference() -> [UInt8] { box("dinf", box("dref", big(0) + big(1) + box("url ", big(1)))) }

    private func samples(_ frames: [[UInt8]], start: Int) -> [UInt8] {
        let entry =
            zeros(6) + [0, 1] + zeros(16) + half(size.width) + half(size.height) + big(72 << 16) + big(72 << 16)
            + zeros(4)
            + [0, 1] + zeros(32) + [0, 24, 0xFF, 0xFF]
        return box(
            "stbl",
            box("stsd", big(0) + big(1) + box("jpeg", entry))
                + box("stts", big(0) + big(1) + big(frames.count) + big(100))
                + box("stsc", big(0) + big(1) + big(1) + big(frames.count) + big(1))
                + box("stsz", big(0) + big(0) + big(frames.count) + frames.flatMap { big($0.count) })
                + box("stco", big(0) + big(1) + big(start)))
    }

    private func metadata() -> [UInt8] {
        guard !texts.isEmpty else { return [] }
        let keys = texts.flatMap { big(8 + $0.key.utf8.count) + Array("mdta".utf8) + Array($0.key.utf8) }
        let values = texts.enumerated().flatMap { index, text in
            let data = box("data", big(1) + big(0) + Array(text.value.utf8))
            return big(data.count + 8) + big(index + 1) + data
        }
        return box(
            "meta",
            box("hdlr", zeros(8) + Array("mdta".utf8) + zeros(13)) + box("keys", big(0) + big(texts.count) + keys)
                + box("ilst", values))
    }

    private func matrixBytes(_ matrix: (Int, Int, Int, Int)) -> [UInt8] {
        big(matrix.0 << 16) + big(matrix.1 << 16) + big(0) + big(matrix.2 << 16) + big(matrix.3 << 16) + big(0) + big(0)
            + big(0) + big(1 << 30)
    }

    private func box(_ name: String, _ data: [UInt8]) -> [UInt8] { big(data.count + 8) + Array(name.utf8) + data }
    private func big(_ value: Int) -> [UInt8] { MadeMedia.big32(value) }
    private func half(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
    private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
