import Foundation
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import Indexing

struct ContentHasherTests {
    @Test func `the hash is the SHA-256 of the bytes`() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("abc", to: "abc")
        let (hash, identity) = try await ContentHasher().hash(path)
        // FIPS 180-2, appendix B.1.
        #expect(hash.bytes.prefix(4) == [0xba, 0x78, 0x16, 0xbf] && hash.bytes.suffix(2) == [0x15, 0xad])
        #expect(identity.byteCount == 3)
    }

    @Test func `a link, a directory and a missing file are told apart`() async throws {
        let directory = try TemporaryDirectory()
        let link = directory.path("link")
        #expect(symlink("/etc/passwd", link.text) == 0)
        for (path, cause) in [(link, JobFailure.Cause.file), (directory.path, .file), (directory.path("no"), .gone)] {
            let failure = await #expect(throws: JobFailure.self) { _ = try await ContentHasher().hash(path) }
            #expect(failure?.cause == cause, "\(path)")
        }
    }
}

struct ThumbnailCacheTests {
    @Test func `the name is the one that the freedesktop standard gives as its example`() throws {
        let cache = ThumbnailCache(directory: try #require(MediaPath("/cache")))
        let path = cache.path(of: try #require(MediaPath("/home/jens/photos/me.png")), size: .normal)
        #expect(path.text == "/cache/normal/c6ee772d9e49320e97ec29a7eb5b1697.png")
    }

    @Test func `a thumbnail is stored for its owner alone, and nothing is left beside it`() throws {
        let directory = try TemporaryDirectory()
        let cache = ThumbnailCache(directory: directory.path("thumbnails"))
        let picture = try #require(MediaPath("/p.png"))
        try cache.store(Thumbnail(size: .large, png: [1, 2, 3]), of: picture)
        try cache.store(Thumbnail(size: .large, png: [4, 5]), of: picture)
        var status = stat()
        #expect(stat(cache.path(of: picture, size: .large).text, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600 && status.st_size == 2)
        let leftOvers = try FileManager.default.contentsOfDirectory(atPath: directory.path("thumbnails/large").text)
        #expect(leftOvers.count == 1)
    }

    @Test func `a folder that cannot be written is an error that says so`() throws {
        let cache = ThumbnailCache(directory: try #require(MediaPath("/proc/thumbnails")))
        let error = #expect(throws: ThumbnailCacheError.self) {
            try cache.store(Thumbnail(size: .normal, png: [1]), of: try #require(MediaPath("/p.png")))
        }
        #expect(error?.description.contains("thumbnail folder") == true)
    }
}

struct WakeSignalTests {
    @Test(.timeLimit(.minutes(1))) func `a signal between the look and the wait is not lost`() async {
        let signal = WakeSignal()
        let generation = signal.generation
        signal.signal()
        await signal.wait(after: generation)
    }

    @Test(.timeLimit(.minutes(1))) func `cancelling ends the wait`() async {
        let signal = WakeSignal()
        let waiting = Task { await signal.wait(after: signal.generation) }
        waiting.cancel()
        await waiting.value
    }
}
