import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaWorker

/// The real worker with models that are none.
struct FirstLookWorkerTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func pool(_ models: [(name: String, content: String?)]) throws -> WatchedPool {
        let files = try models.map { name, content in
            if let content { try directory.write(content, to: name) }
            return ModelFile(name: name, path: directory.path(name).text)
        }
        return WatchedPool { $0.models = files }
    }

    private func look(_ watched: WatchedPool) async -> JobFailure? {
        await failure { () throws(JobFailure) in
            _ = try await watched.pool.look(at: DecodedPictures(directory.path("picture.png"), [.grey]))
        }
    }

    @Test func `a model that is not there is named, and no file is to blame`() async throws {
        let watched = try pool([("detection", nil)])
        let failure = await look(watched)
        #expect(failure?.cause == .service && failure?.message.contains("detection cannot be opened") == true)
        await watched.pool.stop()
    }

    @Test(arguments: [["detection", "direction", "recognition", "tags"], ["meaning"]])
    func `broken models end the worker at its start, and no file is to blame`(names: [String]) async throws {
        let watched = try pool(names.map { ($0, "no network") })
        let failure = await look(watched)
        #expect(failure?.cause == .service && watched.pool.health.trouble != nil)
        await watched.pool.stop()
    }

    @Test func `a worker without models takes no first look`() async throws {
        let watched = WatchedPool()
        let failure = await look(watched)
        #expect(failure != nil && failure?.cause != .service)
        await watched.pool.stop()
    }
}

extension PixelBuffer {
    fileprivate static let grey = PixelBuffer(
        size: PixelSize(width: 3, height: 2), bytes: [UInt8](repeating: 128, count: 18))
}

extension DecodedPictures {
    /// Pictures as a decoding worker would hand them over.
    init(_ path: MediaPath, _ pixels: [PixelBuffer]) throws(JobFailure) {
        let memory = try PictureMemory()
        var pictures = PicturesToRead(isScreenshot: false)
        for picture in pixels { try pictures.append(picture, time: nil, to: memory.descriptor) }
        self.init(path: path, pictures: pictures, memory: memory)
    }
}
