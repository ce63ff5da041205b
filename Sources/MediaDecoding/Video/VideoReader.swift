import CLibAV
import CLibAVShim
import MediaTypes

/// A video opened for looking at: its facts, and frames at given times.
final class VideoReader {
    private let input: FileInput
    private var container: UnsafeMutablePointer<AVFormatContext>?
    private var decoder: UnsafeMutablePointer<AVCodecContext>?
    private var stream: UnsafeMutablePointer<AVStream>?

    /// The demuxers that may look at a file. libav has hundreds, playlists and subtitle formats among them.
    private static let demuxers = "mov,matroska,avi,mpeg,mpegvideo,mpegts,flv,asf,ogg"
    /// Bytes and microseconds that may be read to find out what the streams are.
    private static let probe: (bytes: Int64, microseconds: Int64) = (16 << 20, 5_000_000)

    /// Opens the video and finds its main stream.
    init(_ file: MediaFile) throws(DecodingError) {
        LibAV.silence()
        input = try FileInput(file)
        try openContainer()
        try openDecoder()
    }

    deinit {
        avcodec_free_context(&decoder)
        avformat_close_input(&container)
    }

    private func openContainer() throws(DecodingError) {
        container = avformat_alloc_context()
        guard let opened = container else { throw .outOfMemory }
        opened.pointee.pb = input.pointer
        opened.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        opened.pointee.probesize = Self.probe.bytes
        opened.pointee.max_analyze_duration = Self.probe.microseconds
        // A file that names others, as QuickTime's references do, gets nothing.
        opened.pointee.io_open = { _, _, _, _, _ in CAV_ERROR_DENIED }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "format_whitelist", Self.demuxers, 0)
        av_dict_set(&options, "protocol_whitelist", "none", 0)
        // Frees the context and clears the pointer where it fails.
        guard avformat_open_input(&container, nil, nil, &options) == 0 else { throw .videoWithoutIndex }
        guard let container, avformat_find_stream_info(container, nil) >= 0 else { throw .damagedVideo }
    }

    private func openDecoder() throws(DecodingError) {
        guard let container, let stream = mainStream() else { throw .noPictures }
        let parameters = stream.pointee.codecpar.pointee
        try DecodingLimits.check(PixelSize(width: Int(parameters.width), height: Int(parameters.height)))
        guard let codec = avcodec_find_decoder(parameters.codec_id) else {
            throw DecodingError(
                code: .unsupported,
                message: "No decoder for the video's format, \(String(cString: avcodec_get_name(parameters.codec_id)))."
            )
        }
        decoder = avcodec_alloc_context3(codec)
        guard let decoder, avcodec_parameters_to_context(decoder, stream.pointee.codecpar) >= 0 else {
            throw .outOfMemory
        }
        decoder.pointee.thread_count = 1
        decoder.pointee.max_pixels = Int64(DecodingLimits.pixels)
        decoder.pointee.pkt_timebase = stream.pointee.time_base
        guard avcodec_open2(decoder, codec, nil) == 0 else { throw .damagedVideo }
        self.stream = stream
        for index in 0..<Int(container.pointee.nb_streams) {
            let other = container.pointee.streams[index]
            if other != stream { other?.pointee.discard = AVDISCARD_ALL }
        }
    }

    /// The first stream of moving pictures that players show by default; cover pictures are none.
    private func mainStream() -> UnsafeMutablePointer<AVStream>? {
        guard let container else { return nil }
        let streams = (0..<Int(container.pointee.nb_streams)).compactMap { container.pointee.streams[$0] }
        let videos = streams.filter {
            $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 && $0.pointee.codecpar.pointee.width > 0
        }
        return videos.first { $0.pointee.disposition & AV_DISPOSITION_DEFAULT != 0 } ?? videos.first
    }

    // MARK: Facts

    /// Seconds; `nil` where the container does not say.
    var duration: Double? {
        guard let container, let stream else { return nil }
        if container.pointee.duration > 0 { return Double(container.pointee.duration) / Double(AV_TIME_BASE) }
        guard stream.pointee.duration > 0 else { return nil }
        let seconds = Double(stream.pointee.duration) * av_q2d(stream.pointee.time_base)
        return seconds.isFinite && seconds > 0 ? seconds : nil
    }

    /// Frames a second on average; 0 where the container does not say.
    var framesPerSecond: Double {
        guard let stream, stream.pointee.avg_frame_rate.den != 0 else { return 0 }
        let rate = av_q2d(stream.pointee.avg_frame_rate)
        return rate.isFinite && (0.001...1000).contains(rate) ? rate : 0
    }

    /// The size of the stored frames, as wide as their pixels' shape makes them.
    var storedSize: PixelSize {
        guard let container, let stream else { return PixelSize(width: 0, height: 0) }
        let parameters = stream.pointee.codecpar.pointee
        let shape = av_q2d(av_guess_sample_aspect_ratio(container, stream, nil))
        let width = Double(parameters.width) * (shape.isFinite && (0.25...4).contains(shape) ? shape : 1)
        return PixelSize(width: max(1, Int(width.rounded())), height: Int(parameters.height))
    }

    /// How the frames have to be turned.
    var orientation: Orientation {
        var count = 0
        guard let stream, let matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &count),
            count >= 36
        else { return .upright }
        return matrix.withMemoryRebound(to: Int32.self, capacity: 9) { Orientation(matrix: $0[0], $0[1], $0[3], $0[4]) }
    }

    /// The container's and the stream's texts, the container's first; keys in lower case.
    var texts: [String: String] {
        guard let container, let stream else { return [:] }
        var texts: [String: String] = [:]
        for dictionary in [container.pointee.metadata, stream.pointee.metadata] {
            var entry: UnsafeMutablePointer<AVDictionaryEntry>?
            while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
                let key = String(cString: next.pointee.key).lowercased()
                if texts[key] == nil { texts[key] = String(cString: next.pointee.value) }
                entry = next
            }
        }
        return texts
    }

    /// Whether the index points behind the file's end.
    func isCutOff(byteCount: Int64) -> Bool {
        guard let stream else { return false }
        let count = avformat_index_get_entries_count(stream)
        guard count > 0, let last = avformat_index_get_entry(stream, count - 1) else { return false }
        return last.pointee.pos > byteCount || Int64(last.pointee.size) > byteCount - last.pointee.pos
    }

    // MARK: Frames

    /// The frame that is shown at `seconds`, turned upright.
    ///
    /// - Parameter exactly: `false`: the key frame before will do, which saves decoding all that lie between.
    /// - Returns: `nil` where nothing can be decoded there; with `exactly`, the nearest earlier frame that can.
    func frame(at seconds: Double, exactly: Bool, longSide: Int?) throws(DecodingError) -> VideoFrame? {
        guard let container, let stream, let decoder else { return nil }
        let base = av_q2d(stream.pointee.time_base)
        guard base.isFinite, base > 0 else { return nil }
        let start = stream.pointee.start_time == CAV_NO_TIMESTAMP ? 0 : stream.pointee.start_time
        let wanted = start &+ Int64(clamping: Int((max(0, min(seconds, 1e9)) / base).rounded()))
        avformat_seek_file(container, stream.pointee.index, .min, wanted, wanted, 0)
        avcodec_flush_buffers(decoder)
        guard let frame = try decode(until: exactly ? wanted : .min) else { return nil }
        let stored = storedSize
        let target = longSide.map { stored.fitted(longSide: $0) } ?? stored
        // Wide pixels may make it larger than what the decoder was held to.
        try DecodingLimits.check(target)
        let timestamp = frame.pointer.pointee.best_effort_timestamp
        let time = timestamp == CAV_NO_TIMESTAMP ? seconds : Double(timestamp &- start) * base
        return VideoFrame(
            time: max(0, time), pixels: try frame.picture(size: target).upright(from: orientation),
            isDamaged: frame.pointer.pointee.decode_error_flags != 0
                || frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0)
    }

    /// The last frame at or before `timestamp`, counted from where the demuxer stands, or the first there is.
    private func decode(until timestamp: Int64) throws(DecodingError) -> Frame? {
        var latest: Frame?
        var decoded = 0
        for _ in 0..<DecodingLimits.packetsPerFrame {
            let hasMore = try feed()
            while true {
                let frame = try Frame()
                let status = avcodec_receive_frame(decoder, frame.pointer)
                if status == CAV_ERROR_AGAIN { break }
                // Damage inside a group of pictures is passed over: the next frame may be whole.
                guard status == 0 else {
                    if hasMore { break }
                    return latest
                }
                let time = frame.pointer.pointee.best_effort_timestamp
                if let latest, time != CAV_NO_TIMESTAMP, time > timestamp { return latest }
                latest = frame
                decoded += 1
                if time == CAV_NO_TIMESTAMP || time >= timestamp || decoded > DecodingLimits.framesFromKeyFrame {
                    return frame
                }
            }
            if !hasMore { return latest }
        }
        return latest
    }

    /// Hands the decoder the stream's next packet; at the end, the sign that there are no more.
    ///
    /// - Returns: whether there was a packet.
    private func feed() throws(DecodingError) -> Bool {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, let stream, let container else { throw .outOfMemory }
        for _ in 0..<DecodingLimits.packetsPerFrame {
            guard av_read_frame(container, packet) == 0 else { break }
            defer { av_packet_unref(packet) }
            guard packet.pointee.stream_index == stream.pointee.index else { continue }
            avcodec_send_packet(decoder, packet)
            return true
        }
        avcodec_send_packet(decoder, nil)
        return false
    }
}

/// A frame of a video.
struct VideoFrame: Sendable {
    /// Seconds from the video's start.
    var time: Double
    /// The frame, upright.
    var pixels: PixelBuffer
    /// Whether the decoder had to make parts of it up.
    var isDamaged: Bool
}
