/// One message on the socket: a header of JSON, and bytes that would be a waste to put into JSON.
///
/// On the wire, numbers little-endian: "TTM1" · header's length · number of blobs · each blob's length · header · blobs.
public struct Frame: Hashable, Sendable {
    /// JSON.
    public var header: [UInt8]
    /// Whole files, as PNG or JPEG.
    public var blobs: [[UInt8]]

    /// A frame of these parts.
    public init(header: [UInt8], blobs: [[UInt8]] = []) {
        self.header = header
        self.blobs = blobs
    }

    /// What a receiver is ready to take. Lengths are held to these before memory is taken for them.
    public struct Limits: Sendable {
        /// Bytes of the header.
        public var headerByteCount: Int
        /// Number of blobs.
        public var blobCount: Int
        /// Bytes of all blobs together.
        public var blobByteCount: Int

        /// Requests: a name, some folders, an address; paths are at most 4 KiB, and JSON may double them twice.
        public static let request = Limits(headerByteCount: 64 << 10, blobCount: 0, blobByteCount: 0)
        /// Replies: a page of words, or some pictures for an engine.
        public static let reply = Limits(headerByteCount: 4 << 20, blobCount: 64, blobByteCount: 64 << 20)
    }

    /// The bytes before the blobs' lengths.
    static let prefixByteCount = 12

    private static let magic = UInt32(littleEndian: 0x314D_5454)

    /// The whole frame as it goes over the wire.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            Self.prefixByteCount + 4 * blobs.count + header.count + blobs.reduce(0) { $0 + $1.count })
        for number in [Self.magic, UInt32(header.count), UInt32(blobs.count)] + blobs.map({ UInt32($0.count) }) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += header
        for blob in blobs { bytes += blob }
        return bytes
    }

    /// The lengths that a prefix announces.
    static func announced(by prefix: [UInt8], limits: Limits) throws(ChannelError) -> (header: Int, blobs: Int) {
        guard number(in: prefix, at: 0) == Int(magic) else { throw .malformed("no frame") }
        let header = number(in: prefix, at: 4)
        let blobs = number(in: prefix, at: 8)
        guard header <= limits.headerByteCount, blobs <= limits.blobCount else { throw .malformed("a frame too large") }
        return (header, blobs)
    }

    /// The lengths of the blobs.
    static func blobLengths(in bytes: [UInt8], limits: Limits) throws(ChannelError) -> [Int] {
        let lengths = stride(from: 0, to: bytes.count, by: 4).map { number(in: bytes, at: $0) }
        guard lengths.reduce(0, +) <= limits.blobByteCount else { throw .malformed("a frame too large") }
        return lengths
    }

    private static func number(in bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
