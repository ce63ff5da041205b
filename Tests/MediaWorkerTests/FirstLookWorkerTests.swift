import MediaTypes
import TestSupport
import Testing

@testable import MediaWorker

/// The real worker with models that are none.
struct FirstLookWorkerTests {
    private let directory: TemporaryDirectory
    private let picture: MediaPath

    init() throws {
        directory = try TemporaryDirectory()
        picture = try directory.write("no picture", to: "picture.png")
    }

    private func pool(_ models: [(name: String, content: String?)]) throws -> WatchedPool {
        let files = try models.map { name, content in
            if let content { try directory.write(content, to: name) }
            return ModelFile(name: name, path: directory.path(name).text)
        }
        return WatchedPool { $0.models = files }
    }

    @Test func `a model that is not there is named, and no file is to blame`() async throws {
        let watched = try pool([("detection", nil)])
        let failure = await failure { () throws(JobFailure) in
            _ = try await watched.pool.look(at: picture, identity: picture.identity)
        }
        #expect(failure?.cause == .service && failure?.message.contains("detection cannot be opened") == true)
        await watched.pool.stop()
    }

    @Test(arguments: [["detection", "direction", "recognition", "tags"], ["meaning"]])
    func `broken models end the worker at its start, and no file is to blame`(names: [String]) async throws {
        let watched = try pool(names.map { ($0, "no network") })
        let failure = await failure { () throws(JobFailure) in
            _ = try await watched.pool.look(at: picture, identity: picture.identity)
        }
        #expect(failure?.cause == .service && watched.pool.health.trouble != nil)
        await watched.pool.stop()
    }

    @Test func `a worker without models takes no first look`() async throws {
        let watched = WatchedPool()
        let failure = await failure { () throws(JobFailure) in
            _ = try await watched.pool.look(at: picture, identity: picture.identity)
        }
        #expect(failure != nil && failure?.cause != .service)
        await watched.pool.stop()
    }
}
