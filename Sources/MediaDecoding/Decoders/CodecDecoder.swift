import CLibAV
import CLibAVShim
import MediaTypes

/// Still pictures by libav's decoders, which are handed the file's bytes as one packet: no demuxer has a say.
enum CodecDecoder {
    private static let codecs: [MediaFormat: AVCodecID] = [
        .webp: AV_CODEC_ID_WEBP, .gif: AV_CODEC_ID_GIF, .tiff: AV_CODEC_ID_TIFF,
        .bmp: AV_CODEC_ID_BMP, .jxl: AV_CODEC_ID_JPEGXL,
    ]

    /// The picture, its long side at most `longSide`; the container's bytes are gone then, for a photo can have many.
    static func decode(
        _ container: inout PictureContainer, format: MediaFormat, longSide: Int?
    ) throws(DecodingError) -> DecodedPicture {
        guard container.isReadable else { throw .unsupported(format) }
        if let size = container.declaredSize { try DecodingLimits.check(size) }
        var body: [UInt8] = []
        swap(&body, &container.body)
        let (frame, damage) = try decode(&body, format)
        body = []
        let size = frame.size
        try DecodingLimits.check(size)
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        // libjxl turns the picture itself, by the codestream's own orientation.
        return DecodedPicture(
            pixels: try frame.picture(size: target), fullSize: size, isUpright: format == .jxl, damage: damage)
    }

    private static func decode(
        _ body: inout [UInt8], _ format: MediaFormat
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
        let status = try receive(frame, of: &body, by: context)
        if status == CAV_ERROR_OUT_OF_MEMORY { throw .outOfMemory }
        guard status == 0, frame.size.width > 0 else {
            throw status == CAV_ERROR_UNSUPPORTED ? .unsupported(format) : .damagedPicture
        }
        let isCorrupt =
            frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 || frame.pointer.pointee.decode_error_flags != 0
        return (frame, isCorrupt ? .pictureCorrupt : nil)
    }

    /// The frame of these bytes, which are lent to the decoder where they lie: it lets go of them before it returns.
    private static func receive(
        _ frame: Frame, of body: inout [UInt8], by context: UnsafeMutablePointer<AVCodecContext>
    ) throws(DecodingError) -> CInt {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, let count = CInt(exactly: body.count) else { throw .outOfMemory }
        body.append(contentsOf: repeatElement(0, count: DecodingLimits.padding))
        return body.withUnsafeMutableBufferPointer { bytes in
            packet.pointee.buf = av_buffer_create(bytes.baseAddress, bytes.count, { _, _ in }, nil, 0)
            guard packet.pointee.buf != nil else { return CAV_ERROR_OUT_OF_MEMORY }
            packet.pointee.data = bytes.baseAddress
            packet.pointee.size = count
            var status = avcodec_send_packet(context, packet)
            if status == 0 {
                avcodec_send_packet(context, nil)
                status = avcodec_receive_frame(context, frame.pointer)
            }
            av_packet_unref(packet)
            avcodec_flush_buffers(context)
            return status
        }
    }
}
