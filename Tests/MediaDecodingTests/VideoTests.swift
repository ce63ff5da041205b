import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

struct VideoTests {
    @Test func `duration, size and creation time come from the container`() throws {
        // 2019-02-17 14:33:22 UTC, counted from 1904.
        let facts = try facts(of: MadeMovie(created: 3_633_258_802).bytes())
        #expect(facts.kind == .video && facts.format == "mov")
        #expect(facts.duration.map { abs($0 - 1) < 0.01 } == true)
        #expect(facts.size == PixelSize(width: 64, height: 48))
        #expect(facts.takenAt?.iso8601 == "2019-02-17T14:33:22+00:00")
        #expect(facts.takenAt?.source == .container)
        #expect(facts.damage == nil)
        #expect(facts.perceptualHash != nil)
    }

    @Test func `Apple's fields know the zone, the place and the camera`() throws {
        let movie = MadeMovie(
            created: 3_633_258_802,
            texts: [
                ("com.apple.quicktime.creationdate", "2019-02-17T15:33:22+0100"),
                ("com.apple.quicktime.location.ISO6709", "+48.8577+002.2950+035.5/"),
                ("com.apple.quicktime.make", "Apple"), ("com.apple.quicktime.model", "iPhone 8"),
            ])
        let facts = try facts(of: movie.bytes())
        #expect(facts.takenAt?.iso8601 == "2019-02-17T15:33:22+01:00")
        #expect(facts.camera.make == "Apple" && facts.camera.model == "iPhone 8")
        #expect(facts.location == GeoLocation(latitude: 48.8577, longitude: 2.295, altitude: 35.5))
    }

    @Test(arguments: [
        (1, 0, 0, 1, 1), (-1, 0, 0, 1, 2), (-1, 0, 0, -1, 3), (1, 0, 0, -1, 4), (0, 1, 1, 0, 5), (0, 1, -1, 0, 6),
        (0, -1, -1, 0, 7), (0, -1, 1, 0, 8),
    ])
    func `the display matrix turns the frames`(a: Int, b: Int, c: Int, d: Int, orientation: Int) throws {
        let movie = MadeMovie(matrix: (a, b, c, d))
        let opened = try OpenedFile(movie.bytes())
        let frame = try #require(try MediaDecoder.frames(of: opened.file, at: [0], longSide: nil).first)
        let expected = movie.frame(0).upright(from: Orientation(exif: orientation))
        #expect(try #require(meanDifference(frame.pixels, expected)) < 6)
        #expect(try facts(of: movie.bytes()).size == expected.size)
        #expect(try facts(of: movie.bytes()).orientation ?? 1 == orientation)
    }

    @Test(arguments: [(0.0, 0), (0.35, 3), (0.6, 6), (0.99, 9), (5.0, 9)])
    func `a frame is the one that is shown at its time`(time: Double, index: Int) throws {
        let opened = try OpenedFile(MadeMovie().bytes())
        let frame = try #require(try MediaDecoder.frames(of: opened.file, at: [time], longSide: nil).first)
        #expect(abs(Int(frame.pixels.bytes[0]) - 20 * index) <= 4)
        #expect(frame.time.map { abs($0 - Double(index) / 10) < 0.001 } == true)
    }

    @Test(arguments: [
        (128, 1, [0, 10, 20, 30]), (128, 2, [0, 5, 10, 15, 20, 25, 30, 35]), (2, 1, [0, 39]), (1, 1, [0]),
    ])
    func `the model's frames are decoded with their places`(most: Int, stack: Int, indices: [Int]) throws {
        let opened = try OpenedFile(MadeMovie(frameCount: 40).bytes())
        let order = PictureOrder(
            format: .pixmap, longSide: 64, frameLongSide: 32, frames: .eachSecond(most: most, stack: stack))
        let frames = try MediaDecoder.pictures(of: opened.file, order: order)
        #expect(frames.compactMap(\.place?.index) == indices)
        #expect(frames.compactMap { $0.time.map { Int(($0 * 10).rounded()) } } == indices)
        #expect(frames.allSatisfy { $0.place?.frameCount == 40 && $0.pixels.size.width == 32 })
    }

    @Test func `a stack asks for no more frames than are decoded for one question`() throws {
        let opened = try OpenedFile(MadeMovie(frameCount: 100).bytes())
        let order = PictureOrder(
            format: .pixmap, longSide: 64, frameLongSide: 32, frames: .eachSecond(most: 128, stack: 10))
        let indices = try MediaDecoder.pictures(of: opened.file, order: order).compactMap(\.place?.index)
        #expect(indices.count == 64 && indices.first == 0 && indices.last == 99 && indices == indices.sorted())
    }

    @Test func `frames are spread evenly, each once, and a picture is one without time`() throws {
        let opened = try OpenedFile(MadeMovie(frameCount: 40).bytes())
        let frames = try MediaDecoder.pictures(of: opened.file, count: 4, longSide: 32)
        #expect(frames.compactMap { $0.time.map { Int(($0 * 10).rounded()) } } == [5, 15, 25, 35])
        #expect(frames.allSatisfy { $0.pixels.size == PixelSize(width: 32, height: 24) })
        let still = try OpenedFile(MadeMedia.jpeg())
        #expect(try MediaDecoder.pictures(of: still.file, count: 4, longSide: 32).map(\.time) == [nil])
    }

    @Test func `a film whose frames are missing at the end, or whose index is gone, says so`() throws {
        // The index stands behind the frames, so a file cut in its middle has none.
        let cut = BrokenBytes.truncated(try MadeMovie().bytes(), keeping: 0.5)
        let error = #expect(throws: DecodingError.self) { try facts(of: cut) }
        #expect(error?.message == "The video is damaged or cut off: its table of contents is missing.")
    }

    @Test(arguments: [
        ("+48.8577+002.2950/", 48.8577, 2.295), ("-33.86+151.2+012CRSWGS_84/", -33.86, 151.2),
        ("+37.786-122.391", 37.786, -122.391),
    ])
    func `a place of ISO 6709 is read`(text: String, latitude: Double, longitude: Double) throws {
        let place = try #require(GeoLocation(iso6709: text))
        #expect(place.latitude == latitude && place.longitude == longitude)
    }

    @Test(arguments: ["", "+", "48.8,2.3", "+48.8", "+480.0+002.0/", "+1+2+3+4/"])
    func `what is no place is none`(text: String) { #expect(GeoLocation(iso6709: text) == nil) }
}
