import Glibc
import MediaTypes
import TestSupport
import Testing

@Suite struct TemporaryDirectoryTests {
    @Test func `it goes with everything in it, names that are no UTF-8 included`() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let path = try #require(directory?.path)
        try directory?.write("a", to: "deep/er/file.txt")
        let odd = path.appending(FileName([0x66, 0xFF, 0xFE])).appending(FileName([0xC3, 0x28]))
        try directory?.write([1, 2, 3], to: odd)
        #expect(try Fixtures.read(odd) == [1, 2, 3])
        directory = nil
        #expect(path.withCString { access($0, F_OK) } != 0)
    }

    @Test func `a symbolic link is removed, not what it points to`() throws {
        let kept = try TemporaryDirectory()
        try kept.write("precious", to: "kept.txt")
        do {
            let directory = try TemporaryDirectory()
            let link = directory.path("link")
            #expect(kept.path.withCString { target in link.withCString { symlink(target, $0) } } == 0)
        }
        #expect(try Fixtures.read(kept.path("kept.txt")) == Array("precious".utf8))
    }

    @Test func `a fixture is copied byte for byte, moved and given a time`() throws {
        let directory = try TemporaryDirectory()
        let fixture = Fixtures.named("photos/pixels/one-pixel.png")
        try directory.copy(fixture)
        try directory.setModified("one-pixel.png", to: 1_000_000_000.5)
        let moved = try directory.move("one-pixel.png", to: "renamed.png")
        #expect(try Fixtures.read(moved) == fixture.bytes())
        var status = stat()
        #expect(moved.withCString { lstat($0, &status) } == 0)
        #expect(status.st_mtim.tv_sec == 1_000_000_000 && status.st_mtim.tv_nsec == 500_000_000)
    }
}
