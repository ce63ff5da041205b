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
            thumbnails: [Thumbnail(size: .large, png: [1, 2]), Thumbnail(size: .normal, png: [3])])
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
            EncodedPicture(jpeg: [1], size: PixelSize(width: 1, height: 2), time: 0.5),
            EncodedPicture(jpeg: [2, 3], size: PixelSize(width: 3, height: 4)),
        ]
        guard case .pictures(let received) = try WorkerReply(WorkerReply.pictures(pictures).frame()) else {
            Issue.record("another reply")
            return
        }
        #expect(received == pictures)
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
}
