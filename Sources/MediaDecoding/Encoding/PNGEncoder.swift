import CLibAV
import CLibAVShim
public import MediaTypes

/// Pictures as PNG.
public enum PNGEncoder {
    /// The picture as PNG with these texts (`tEXt`) before its pixels.
    ///
    /// - Parameter texts: keywords of 1…79 Latin-1 letters and their values, in this order.
    public static func encode(
        _ picture: PixelBuffer, texts: [(keyword: String, value: String)] = []
    ) throws(DecodingError) -> [UInt8] {
        let plain = try encode(Frame(picture))
        // The signature and IHDR, which every PNG opens with, are 8 and 25 bytes long.
        guard plain.count > 33 else { throw .outOfMemory }
        return Array(plain[..<33]) + texts.flatMap { text(keyword: $0.keyword, value: $0.value) } + plain[33...]
    }

    private static func encode(_ frame: Frame) throws(DecodingError) -> [UInt8] {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG) else { throw .outOfMemory }
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        guard let context else { throw .outOfMemory }
        context.pointee.width = CInt(frame.size.width)
        context.pointee.height = CInt(frame.size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_RGB24
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        // Level 1 takes a third of the time of the default, for files a tenth larger.
        context.pointee.compression_level = 1
        av_opt_set(context.pointee.priv_data, "pred", "sub", 0)
        guard avcodec_open2(context, codec, nil) == 0, avcodec_send_frame(context, frame.pointer) == 0 else {
            throw .outOfMemory
        }
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, avcodec_receive_packet(context, packet) == 0 else { throw .outOfMemory }
        return Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
    }

    private static func text(keyword: String, value: String) -> [UInt8] {
        let data = Array("tEXt".utf8) + Array(keyword.utf8) + [0] + Array(value.utf8)
        var chunk: [UInt8] = []
        chunk.append(bigEndian: UInt32(data.count - 4))
        chunk += data
        chunk.append(bigEndian: checksum(data))
        return chunk
    }

    /// CRC-32 as PNG defines it, bit by bit: the texts are short.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { remainder, byte in
            (0..<8).reduce(remainder ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
