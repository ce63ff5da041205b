import MediaTypes
import Testing

struct MediaPathTests {
    @Test(arguments: [
        ("/", "/"), ("//a///b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/../..", "/"), ("/a b/ü", "/a b/ü"),
    ])
    func `a path is normalised by name`(given: String, expected: String) throws {
        #expect(try #require(MediaPath(given)).text == expected)
    }

    @Test(arguments: ["", "a/b", "~/a", "/a\0b"])
    func `what is not an absolute path is refused`(given: String) { #expect(MediaPath(given) == nil) }

    @Test func `bytes that are no UTF-8 survive`() throws {
        let bytes: [UInt8] = Array("/p/".utf8) + [0xff, 0xfe]
        let path = try #require(MediaPath(bytes))
        #expect(path.bytes == bytes)
        #expect(path.fileURI == "file:///p/%FF%FE")
        #expect(path.withCString { String(cString: $0) } == "/p/\u{fffd}\u{fffd}")
    }

    @Test func `a sibling whose name begins alike is not inside`() throws {
        let directory = try #require(MediaPath("/home/a"))
        #expect(try #require(MediaPath("/home/a/b")).isInside(directory))
        #expect(directory.isInside(directory))
        #expect(try #require(MediaPath("/home/ab")).isInside(directory) == false)
        #expect(try #require(MediaPath("/x")).isInside(try #require(MediaPath("/"))))
    }

    @Test func `parent and name take a path apart, appending puts it together`() throws {
        let path = try #require(MediaPath("/a/b.JPG"))
        #expect(path.name.text == "b.JPG" && path.name.fileExtension == "jpg")
        #expect(path.parent?.text == "/a" && path.parent?.parent?.text == "/" && path.parent?.parent?.parent == nil)
        #expect(path.parent?.appending(path.name) == path)
        #expect(path.components.map(\.text) == ["a", "b.JPG"])
    }

    @Test func `a file address escapes what GLib escapes, and no more`() throws {
        #expect(try #require(MediaPath("/a b/ü(1)+[2].png")).fileURI == "file:///a%20b/%C3%BC(1)+%5B2%5D.png")
    }

    @Test(arguments: [("a.jpg", "jpg"), (".hidden", nil), ("a.", nil), ("a.tar.GZ", "gz"), ("a", nil)])
    func `the extension is what follows the last dot`(name: String, expected: String?) {
        #expect(FileName(name).fileExtension == expected)
    }
}

struct MediaValuesTests {
    @Test(arguments: [("a.HEIC", MediaKind.photo), ("a.mp4", .video), ("a.txt", nil), ("a.jpg.part", nil)])
    func `a name promises a kind`(name: String, kind: MediaKind?) {
        #expect(MediaKind(fileName: FileName(name)) == kind)
    }

    @Test func `a size is fitted without losing a side, and never enlarged`() {
        #expect(PixelSize(width: 4000, height: 3000).fitted(longSide: 256) == PixelSize(width: 256, height: 192))
        #expect(PixelSize(width: 9000, height: 1).fitted(longSide: 256) == PixelSize(width: 256, height: 1))
        #expect(PixelSize(width: 10, height: 10).fitted(longSide: 256) == PixelSize(width: 10, height: 10))
        #expect(PixelSize(width: .max, height: 2).pixelCount == .max)
    }

    @Test func `there is no 30 February, and 29 only in leap years`() {
        #expect(CaptureTime(year: 2023, month: 2, day: 29, source: .exif) == nil)
        #expect(CaptureTime(year: 2024, month: 2, day: 29, source: .exif)?.iso8601 == "2024-02-29T00:00:00")
        #expect(CaptureTime(year: 1900, month: 2, day: 29, source: .exif) == nil)
        #expect(CaptureTime(year: 2000, month: 13, day: 1, source: .exif) == nil)
    }

    @Test func `a time keeps its fraction and its offset`() {
        let time = CaptureTime(
            year: 2022, month: 1, day: 10, hour: 15, minute: 15, second: 44, millisecond: 70, offsetMinutes: -270,
            source: .exif)
        #expect(time?.local == "2022-01-10T15:15:44.070")
        #expect(time?.iso8601 == "2022-01-10T15:15:44.070-04:30")
    }

    @Test func `the place that cameras without a fix write is no place`() {
        #expect(GeoLocation(latitude: 0, longitude: 0) == nil)
        #expect(GeoLocation(latitude: 91, longitude: 0) == nil)
        #expect(GeoLocation(latitude: -33.8, longitude: 151.2) != nil)
    }
}
