import Glibc

/// A file's bytes behind an open, seekable descriptor, which stays the caller's to close.
///
/// Nothing is mapped: a file that is cut short under a map ends the process with SIGBUS, a `pread` just comes up short.
public struct MediaFile: Sendable {
    /// The open descriptor.
    public let descriptor: CInt
    /// The size when it was opened.
    public let byteCount: Int64

    /// The file behind this descriptor.
    ///
    /// - Throws: `DecodingError` where it is no ordinary file.
    public init(descriptor: CInt) throws(DecodingError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        self.descriptor = descriptor
        byteCount = Int64(status.st_size)
    }

    /// Reads up to `buffer.count` bytes from `offset`.
    ///
    /// - Returns: how many there were; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(DecodingError) -> Int {
        guard let base = buffer.baseAddress, offset >= 0 else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, base + done, buffer.count - done, Int(offset) + done)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(errno: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// The first `count` bytes, or as many as there are.
    func opening(_ count: Int) throws(DecodingError) -> [UInt8] { try bytes(count, at: 0) }

    /// `count` bytes from `offset`, or as many as there are; `DecodingLimits.padding` more have room behind them.
    func bytes(_ count: Int, at offset: Int64) throws(DecodingError) -> [UInt8] {
        let count = max(0, min(count, Int(clamping: byteCount - offset)))
        // The closure's own type of error would be lost on the way out.
        var read = Result<Int, DecodingError>.success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: count + DecodingLimits.padding) { buffer, filled in
            let there = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
            read = Result { () throws(DecodingError) in try self.read(into: there, at: offset) }
            filled = (try? read.get()) ?? 0
        }
        _ = try read.get()
        return bytes
    }

    /// The whole file in memory.
    ///
    /// - Throws: `too-large` above `DecodingLimits.pictureBytes`.
    func contents() throws(DecodingError) -> [UInt8] {
        guard byteCount <= DecodingLimits.pictureBytes else { throw .tooManyBytes(byteCount) }
        return try opening(Int(byteCount))
    }
}
