import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaWorker

@Suite struct PicturesToReadTests {
    private func picture(_ width: Int, _ height: Int) -> PixelBuffer {
        PixelBuffer(
            size: PixelSize(width: width, height: height),
            bytes: (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 * 31 + width) })
    }

    @Test func `pixels come back as they went`() throws {
        let sent = [picture(7, 5), picture(2_000, 1), picture(1, 3)]
        let decoded = try DecodedPictures(directory.path("a.png"), sent)
        let received = try sent.indices.map { try decoded.pictures.pixels(at: $0, in: decoded.memory.descriptor) }
        #expect(received == sent)
    }

    @Test func `pixels that are not there are an answer that makes no sense`() throws {
        let decoded = try DecodedPictures(directory.path("a.png"), [picture(7, 5), picture(4, 4)])
        try #require(ftruncate(decoded.memory.descriptor, 7 * 5 * 3 + 47) == 0)
        #expect(try decoded.pictures.pixels(at: 0, in: decoded.memory.descriptor) == picture(7, 5))
        #expect(throws: JobFailure.misbehaved) {
            try decoded.pictures.pixels(at: 1, in: decoded.memory.descriptor)
        }
    }

    /// What the small models take depends on the size that a decoder says, which a hostile file may have taken over.
    @Test(arguments: [
        [], [PixelSize(width: 2_001, height: 1)], [PixelSize(width: 1, height: 0)], [PixelSize(width: -1, height: -1)],
        [PixelSize](repeating: PixelSize(width: 1, height: 1), count: 5),
    ])
    func `pictures that no decoder of ours would send are refused`(sizes: [PixelSize]) throws {
        let places = sizes.map { #"{"size":{"width":\#($0.width),"height":\#($0.height)}}"# }.joined(separator: ",")
        let reply = #"{"picturesToRead":{"_0":{"isScreenshot":true,"pictures":[\#(places)]}}}"#
        #expect(throws: ChannelError.malformed("pictures that cannot be")) {
            try WorkerReply(Frame(header: Array(reply.utf8)))
        }
    }

    @Test func `a real worker decodes for another: small enough, and nothing of it in the reply`() async throws {
        let watched = WatchedPool()
        let file = try directory.write(Self.bitmap(width: 4_000, height: 20), to: "wide.bmp")
        let decoded = try await watched.pool.picturesToRead(in: file, identity: file.identity)
        #expect(decoded.pictures.pictures.map(\.size) == [PixelSize(width: 2_000, height: 10)])
        let pixels = try decoded.pictures.pixels(at: 0, in: decoded.memory.descriptor)
        // Blue comes first in a bitmap.
        #expect(pixels.bytes.prefix(3) == [30, 20, 10])
        await watched.pool.stop()
    }

    @Test func `a file that cannot be decoded fails as it does for facts`() async throws {
        let watched = WatchedPool()
        let file = try directory.write("no picture", to: "picture.png")
        let failure = await failure { () throws(JobFailure) in
            _ = try await watched.pool.picturesToRead(in: file, identity: file.identity)
        }
        #expect(failure?.cause == .file)
        await watched.pool.stop()
    }

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A bitmap of one colour, 24 bits a pixel.
    private static func bitmap(width: Int, height: Int) -> [UInt8] {
        func little(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 255) } }
        let pixels = [UInt8](repeating: 0, count: width * height * 3).indices.map { UInt8([10, 20, 30][$0 % 3]) }
        let header =
            Array("BM".utf8) + little(54 + pixels.count, 4) + little(0, 4) + little(54, 4) + little(40, 4)
            + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2) + [UInt8](repeating: 0, count: 24)
        return header + pixels
    }
}
