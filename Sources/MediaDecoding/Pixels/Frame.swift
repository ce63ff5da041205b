import CLibAV
import MediaTypes

/// A picture in memory as the C libraries write it: libav's frame, any pixel format, rows aligned and padded as its
/// vector code wants them.
final class Frame {
    /// libav's frame. Valid while this object lives.
    let pointer: UnsafeMutablePointer<AVFrame>

    /// A frame without pixels, for a decoder to fill.
    init() throws(DecodingError) {
        LibAV.silence()
        guard let pointer = av_frame_alloc() else { throw .outOfMemory }
        self.pointer = pointer
    }

    /// A frame of this size with memory for its pixels.
    convenience init(size: PixelSize, format: AVPixelFormat) throws(DecodingError) {
        try self.init()
        pointer.pointee.width = CInt(clamping: size.width)
        pointer.pointee.height = CInt(clamping: size.height)
        pointer.pointee.format = format.rawValue
        guard av_frame_get_buffer(pointer, 0) == 0 else { throw .outOfMemory }
    }

    /// A copy of a picture.
    convenience init(_ picture: PixelBuffer) throws(DecodingError) {
        try self.init(size: picture.size, format: AV_PIX_FMT_RGB24)
        let rowLength = picture.size.width * 3
        guard let rows = pointer.pointee.data.0 else { throw .outOfMemory }
        picture.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            for row in 0..<picture.size.height {
                (rows + row * stride).update(from: base + row * rowLength, count: rowLength)
            }
        }
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    /// Width and height.
    var size: PixelSize { PixelSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }

    /// Bytes from one row of the first plane to the next.
    var stride: Int { Int(pointer.pointee.linesize.0) }

    /// The pixel format.
    var format: AVPixelFormat { AVPixelFormat(pointer.pointee.format) }

    /// Whether pixels may let the background through.
    var hasAlpha: Bool {
        guard let description = av_pix_fmt_desc_get(format) else { return false }
        // A palette's entries have alpha whether or not the file gives one.
        return description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0 || format == AV_PIX_FMT_PAL8
    }
}

/// What holds for libav as a whole.
enum LibAV {
    /// Keeps libav from writing to standard error: its messages quote what is in people's files.
    static func silence() { _ = quiet }

    private static let quiet: Void = av_log_set_level(AV_LOG_QUIET)
}

extension DecodingError {
    static let outOfMemory = DecodingError(
        code: .tooLarge, message: "There is not enough memory to open a picture as large as this one.")
}
