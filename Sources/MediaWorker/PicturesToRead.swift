import CPlatform
import Glibc
public import MediaTypes

/// Pictures on their way from the worker that decodes to the one that has the small models. So that one's memory does not
/// depend on how a file is stored, and the daemon holds no pixels.
///
/// The pixels lie one picture after the other in a memory file, which the daemon makes and hands to the one, then to the other.
public struct PicturesToRead: Hashable, Sendable, Codable {
    /// One picture.
    public struct Picture: Hashable, Sendable, Codable {
        /// Width and height.
        public var size: PixelSize
        /// Seconds from the video's start; `nil` for a picture.
        public var time: Double?

        /// A picture of this size, shown at this time.
        public init(size: PixelSize, time: Double?) {
            self.size = size
            self.time = time
        }

        var byteCount: Int { 3 * size.pixelCount }
    }

    /// The pictures in their order: one, or frames of a video.
    public private(set) var pictures: [Picture] = []
    /// Whether they show a screen.
    public let isScreenshot: Bool

    /// Frames of a video that are read: titles and screen recordings change slowly.
    public static let most = 4
    /// The longest side in pixels: the reader itself would scale larger ones down to it.
    public static let longSide = 2_000
    /// Bytes that all pictures together may have.
    public static let byteLimit = most * longSide * longSide * 3

    /// No pictures yet.
    public init(isScreenshot: Bool) { self.isScreenshot = isScreenshot }

    var byteCount: Int { pictures.reduce(0) { $0 + $1.byteCount } }

    /// Writes a picture's pixels behind those that are there.
    ///
    /// - Parameter memory: the memory file's descriptor.
    /// - Throws: `JobFailure` where there is no memory left.
    public mutating func append(_ pixels: PixelBuffer, time: Double?, to memory: CInt) throws(JobFailure) {
        var done = 0
        while done < pixels.bytes.count {
            let count = pixels.bytes.withUnsafeBytes { bytes in
                write(memory, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotHandOver(errno: errno) }
            done += count
        }
        pictures.append(Picture(size: pixels.size, time: time))
    }

    /// Reads the pixels of the picture at `index`.
    ///
    /// - Throws: where the memory holds fewer.
    public func pixels(at index: Int, in memory: CInt) throws(JobFailure) -> PixelBuffer {
        let start = pictures[..<index].reduce(0) { $0 + $1.byteCount }
        let picture = pictures[index]
        var failure: JobFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: picture.byteCount) { buffer, filled in
            while filled < picture.byteCount {
                let count = pread(
                    memory, buffer.baseAddress.map { $0 + filled }, picture.byteCount - filled, start + filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? .cannotHandOver(errno: errno) : .misbehaved
                    break
                }
                filled += count
            }
        }
        if let failure { throw failure }
        return PixelBuffer(size: picture.size, bytes: bytes)
    }

    /// Whether a worker that is in its right mind would say so: how much memory the small models take depends on it.
    var isPlausible: Bool {
        (1...Self.most).contains(pictures.count)
            && pictures.allSatisfy {
                (1...Self.longSide).contains($0.size.width) && (1...Self.longSide).contains($0.size.height)
                    && $0.time?.isFinite ?? true
            }
    }
}

/// A file's pictures, decoded by one worker and to be looked at by another.
public struct DecodedPictures: Sendable {
    let path: MediaPath
    let pictures: PicturesToRead
    let memory: PictureMemory
}

/// Memory that goes from one worker to another as a descriptor. It is given back though a worker that a file has taken over
/// keeps its own open: what lies there counts as nobody's.
final class PictureMemory: Sendable {
    let descriptor: CInt

    init() throws(JobFailure) {
        descriptor = platform_memory_file("tintype-pictures")
        guard descriptor >= 0 else { throw .cannotHandOver(errno: -descriptor, cause: .service) }
    }

    deinit { platform_drop_memory_file(descriptor) }

    /// Whether it holds these pictures, no more and no less.
    func holds(_ pictures: PicturesToRead) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && Int(status.st_size) == pictures.byteCount
    }
}
