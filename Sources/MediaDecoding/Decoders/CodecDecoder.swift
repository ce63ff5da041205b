import CLibAV
import CLibAVShim
import MediaTypes

/// Still pictures by libav's decoders, which are handed the file's bytes as one packet: no demuxer has a say.
enum CodecDecoder {
    private static let codecs: [MediaFormat: AVCodecID] = [
        .png: AV_CODEC_ID_PNG, .webp: AV_CODEC_ID_WEBP, .gif: AV_CODEC_ID_GIF, .tiff: AV_CODEC_ID_TIFF,
        .bmp: AV_CODEC_ID_BMP, .jxl: AV_CODEC_ID_JPEGXL,
    ]

    /// The picture, its long side at most `longSide`.
    static func decode(
        _ container: PictureContainer, format: MediaFormat, longSide: Int?
    ) throws(DecodingError) -> DecodedPicture {
        if let size = container.declaredSize { try DecodingLimits.check(size) }
        let frame: Frame
        var damage: Damage?
        do {
            (frame, damage) = try decode(container.body, format)
        } catch {
            // A PNG's decoder gives up at the first wrong byte; what stands before it is still worth having.
            guard error.code == .damaged, format == .png,
                let rest = PNGSalvage.decode(
                    container.body, tries: PNGSalvage.tries(pixels: container.declaredSize?.pixelCount ?? 0),
                    by: { try? decode($0, format).frame })
            else { throw error }
            (frame, damage) = (rest, .pictureCorrupt)
        }
        let size = frame.size
        try DecodingLimits.check(size)
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        // libjxl turns the picture itself, by the codestream's own orientation.
        return DecodedPicture(
            pixels: try frame.picture(size: target), fullSize: size, isUpright: format == .jxl, damage: damage)
    }

    private static func decode(
        _ body: [UInt8], _ format: MediaFormat
    ) throws(DecodingError) -> (frame: Frame, damage: Damage?) {
        LibAV.silence()
        guard let id = codecs[format], let codec = avcodec_find_decoder(id) else { throw .unsupported(format) }
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        guard let context else { throw .outOfMemory }
        context.pointee.thread_count = 1
        context.pointee.max_pixels = Int64(DecodingLimits.pixels)
        context.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
        guard avcodec_open2(context, codec, nil) == 0 else { throw .unsupported(format) }
        let frame = try Frame()
        var status = try send(body, to: context)
        if status == 0 {
            avcodec_send_packet(context, nil)
            status = avcodec_receive_frame(context, frame.pointer)
        }
        guard status == 0, frame.size.width > 0 else {
            throw status == CAV_ERROR_UNSUPPORTED ? .unsupported(format) : .damagedPicture
        }
        let isCorrupt =
            frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 || frame.pointer.pointee.decode_error_flags != 0
        return (frame, isCorrupt ? .pictureCorrupt : nil)
    }

    private static func send(
        _ body: [UInt8], to context: UnsafeMutablePointer<AVCodecContext>
    ) throws(DecodingError) -> CInt {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, let count = CInt(exactly: body.count), av_new_packet(packet, count) == 0 else {
            throw .outOfMemory
        }
        body.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { packet.pointee.data.update(from: base, count: bytes.count) }
        }
        return avcodec_send_packet(context, packet)
    }
}
