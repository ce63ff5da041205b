import CLibAV
import CLibAVShim
import Glibc

/// A media file as libav reads it: through callbacks on the open descriptor. No path or address is ever opened.
final class FileInput {
    private let file: MediaFile
    private var position: Int64 = 0
    private var context: UnsafeMutablePointer<AVIOContext>?

    private static let bufferSize: CInt = 64 << 10

    /// A reader at the file's start.
    init(_ file: MediaFile) throws(DecodingError) {
        self.file = file
        guard let buffer = av_malloc(Int(Self.bufferSize)) else { throw .outOfMemory }
        // Unretained: the context does not outlive this object.
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferSize, 0, opaque,
            { opaque, buffer, count in FileInput.from(opaque)?.read(into: buffer, count) ?? CAV_ERROR_IO }, nil,
            { opaque, offset, whence in FileInput.from(opaque)?.seek(offset, whence) ?? Int64(CAV_ERROR_IO) })
        guard context != nil else {
            av_free(buffer)
            throw .outOfMemory
        }
    }

    deinit {
        guard let context else { return }
        // libav may have replaced the buffer it was given.
        av_free(context.pointee.buffer)
        avio_context_free(&self.context)
    }

    /// libav's handle, valid while this object lives.
    var pointer: UnsafeMutablePointer<AVIOContext>? { context }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> FileInput? {
        opaque.map { Unmanaged<FileInput>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(into buffer: UnsafeMutablePointer<UInt8>?, _ count: CInt) -> CInt {
        guard let buffer, count > 0 else { return CAV_ERROR_INVALID }
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
        guard let read = try? file.read(into: target, at: position) else { return CAV_ERROR_IO }
        position += Int64(read)
        return read == 0 ? CAV_ERROR_EOF : CInt(read)
    }

    private func seek(_ offset: Int64, _ whence: CInt) -> Int64 {
        let base: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return file.byteCount
        case SEEK_SET: base = 0
        case SEEK_CUR: base = position
        case SEEK_END: base = file.byteCount
        default: return Int64(CAV_ERROR_INVALID)
        }
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return Int64(CAV_ERROR_INVALID) }
        position = target
        return target
    }
}
