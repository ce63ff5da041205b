import MediaTypes
import Testing

@testable import MediaWorker

@Suite struct WorkerMessageTests {
    @Test func `facts and thumbnails come back as they went`() throws {
        var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 4000, height: 3000))
        facts.location = GeoLocation(latitude: 48.2, longitude: 16.4, altitude: 170)
        facts.perceptualHash = .max
        facts.damage = "The last rows are missing."
        let reading = FactsReading(
            facts: facts,
            thumbnails: [Thumbnail(size: .large, png: png(side: 256)), Thumbnail(size: .normal, png: png(side: 1))])
        guard case .facts(let received) = try WorkerReply(WorkerReply.facts(reading).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received.facts == facts)
        #expect(received.thumbnails == reading.thumbnails)
    }

    @Test func `words come back as they went`() throws {
        let text = RecognisedText(
            lines: [RecognisedLine(text: "顯示 \"Übung\"\u{1}", confidence: 0.5, time: 1.25)], languages: "eng+deu",
            engine: "tesseract 5.3.0")
        guard case .words(let received) = try WorkerReply(WorkerReply.words(text).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received.lines == text.lines)
        #expect(received.languages == "eng+deu")
    }

    @Test func `pictures come back as they went`() throws {
        let pictures = [
            EncodedPicture(bytes: [1], size: PixelSize(width: 1, height: 2), time: 0.5),
            EncodedPicture(bytes: [2, 3], size: PixelSize(width: 3, height: 4)),
        ]
        guard case .pictures(let received) = try WorkerReply(WorkerReply.pictures(pictures).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received == pictures)
    }

    @Test func `vectors come back as they went, to the bit`() throws {
        let vectors: [[Float]] = [[0.1, -0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude], [], [1]]
        guard case .meaning(let received) = try WorkerReply(WorkerReply.meaning(vectors).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received.map { $0.map(\.bitPattern) } == vectors.map { $0.map(\.bitPattern) })
    }

    @Test(arguments: [[UInt8](repeating: 0xFF, count: 4), [1, 2, 3]])
    func `a vector of no numbers is no reply`(blob: [UInt8]) throws {
        var frame = try WorkerReply.meaning([[1]]).frame()
        frame.blobs = [blob]
        #expect(throws: ChannelError.self) { try WorkerReply(frame) }
    }

    @Test(arguments: [JobFailure.Cause.file, .chance])
    func `a failure keeps its sentence and its cause`(cause: JobFailure.Cause) throws {
        let failure = JobFailure(code: "damaged", message: "The file ends too early.", cause: cause)
        guard case .failure(let received) = try WorkerReply(WorkerReply.failure(failure).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received == failure)
    }

    @Test func `a worker cannot stop the queue by blaming the service`() throws {
        let failure = JobFailure(code: "damaged", message: "", cause: .service)
        guard case .failure(let received) = try WorkerReply(WorkerReply.failure(failure).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received.cause == .file)
    }

    @Test func `blobs that the header does not announce are refused`() throws {
        var frame = try WorkerReply.pictures([]).frame()
        frame.blobs = [[1, 2, 3]]
        #expect(throws: ChannelError.self) { try WorkerReply(frame) }
    }

    @Test func `facts that no decoder would find are refused`() throws {
        var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: -4, height: 3))
        #expect(throws: ChannelError.self) {
            try WorkerReply(WorkerReply.facts(FactsReading(facts: facts, thumbnails: [])).frame())
        }
        facts.size.width = 4
        facts.orientation = 9
        #expect(throws: ChannelError.self) {
            try WorkerReply(WorkerReply.facts(FactsReading(facts: facts, thumbnails: [])).frame())
        }
    }

    @Test func `settings survive the command line`() throws {
        let settings = WorkerSettings(languages: ["eng", "chi_sim"], tesseractData: "/a b/\"c\"", memoryByteLimit: 5)
        #expect(try WorkerSettings(argument: settings.argument()) == settings)
    }

    /// What opens a thumbnail, and how many bytes follow: printed whole they would fill a log.
    @Test(arguments: [([], 0), ([1, 2, 3], 0), (png(side: 0), 0), (png(side: 257), 0), (png(side: 16), 1 << 20)])
    func `a thumbnail that cannot be ours is refused with its reply`(opening: [UInt8], following: Int) throws {
        let bytes = opening + [UInt8](repeating: 0, count: following)
        let facts = MediaFacts(kind: .photo, format: "png", size: PixelSize(width: 2, height: 2))
        let reading = FactsReading(facts: facts, thumbnails: [Thumbnail(size: .large, png: bytes)])
        let frame = try WorkerReply.facts(reading).frame()
        #expect(throws: ChannelError.malformed("a thumbnail that is none")) { try WorkerReply(frame) }
    }

    @Test(arguments: ["", "yesterday", "2024-06-01T12:00:00.000\u{1b}[31m"])
    func `a time that would not sort is refused with its reply`(local: String) throws {
        var facts = MediaFacts(kind: .photo, format: "png", size: PixelSize(width: 2, height: 2))
        facts.takenAt = CaptureTime(local: local, offsetMinutes: nil, source: .exif)
        let frame = try WorkerReply.facts(FactsReading(facts: facts, thumbnails: [])).frame()
        #expect(throws: ChannelError.malformed("facts that cannot be")) { try WorkerReply(frame) }
    }
}

/// What opens a PNG of these sides.
private func png(side: Int) -> [UInt8] {
    let sides = [UInt8(0), 0, UInt8(side >> 8), UInt8(side & 255)]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52] + sides + sides
}
