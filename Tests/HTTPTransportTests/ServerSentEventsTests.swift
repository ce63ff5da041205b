import HTTPTransport
import Testing

struct ServerSentEventsTests {
    private static let stream =
        "\u{FEFF}: hello\n\ndata: one\n\nevent: step\r\nid: 7\r\ndata: {\"a\":\r\ndata:  \"ü\"}\r\n\r\n"
        + "retry: 10\ndata\n\nevent: lonely\n\ndata: mac\r\rdata: cut"

    private static let expected: [(name: String, data: String, id: String?)] = [
        ("message", "one", nil), ("step", "{\"a\":\n \"ü\"}", "7"), ("message", "", "7"), ("message", "mac", "7"),
    ]

    @Test(arguments: 1...60)
    func `events are the same wherever the chunks are cut`(size: Int) throws {
        var reader = ServerSentEvents()
        var events: [ServerSentEvents.Event] = []
        let bytes = Array(Self.stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try reader.receive(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events.map(\.name) == Self.expected.map(\.name))
        #expect(events.map(\.data) == Self.expected.map(\.data))
        #expect(events.map(\.id) == Self.expected.map(\.id))
    }

    @Test func `a line without end is refused`() throws {
        var reader = ServerSentEvents(limit: 100)
        _ = try reader.receive(Array(repeating: UInt8(ascii: "x"), count: 100))
        #expect(throws: HTTPError.self) { try reader.receive([UInt8(ascii: "x")]) }
    }

    @Test func `data without end is refused`() throws {
        var reader = ServerSentEvents(limit: 100)
        #expect(throws: HTTPError.self) {
            for _ in 0..<20 { _ = try reader.receive("data: 0123456789\n".utf8) }
        }
    }

    @Test func `lines of any end are cut, and the rest is kept`() throws {
        var splitter = LineSplitter()
        #expect(try splitter.receive("a\nb\r".utf8) == ["a", "b"])
        #expect(try splitter.receive("\n\nc\rd".utf8) == ["", "c"])
        #expect(splitter.finish() == "d")
        #expect(splitter.finish() == nil)
    }
}
