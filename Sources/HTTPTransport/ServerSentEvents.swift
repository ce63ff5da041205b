/// Reads server-sent events (WHATWG HTML §9.2) from chunks of any size.
public struct ServerSentEvents: Sendable {
    /// One event.
    public struct Event: Hashable, Sendable {
        /// Its type; "message" unless it says otherwise.
        public var name = "message"
        /// Its data, several `data:` lines joined by line feeds.
        public var data: String
        /// The last id that the stream named.
        public var id: String?
    }

    private let limit: Int
    private var lines: LineSplitter
    private var isFirstLine = true
    private var name = ""
    private var data: [String] = []
    private var dataByteCount = 0
    private var id: String?

    /// A reader of events whose data has at most `limit` bytes.
    public init(limit: Int = 4 << 20) {
        self.limit = limit
        lines = LineSplitter(limit: limit)
    }

    /// Takes a chunk and returns the events that are whole now. An event that the stream's end cuts short is none.
    public mutating func receive(_ chunk: some Sequence<UInt8>) throws(HTTPError) -> [Event] {
        var events: [Event] = []
        for line in try lines.receive(chunk) {
            if let event = try receive(line: line) { events.append(event) }
        }
        return events
    }

    private mutating func receive(line: String) throws(HTTPError) -> Event? {
        var line = line[...]
        if isFirstLine, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
        isFirstLine = false
        if line.isEmpty { return takeEvent() }
        // A line that begins with a colon is a comment: servers send them to show that they live.
        if line.hasPrefix(":") { return nil }
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.hasPrefix(" ") { value.removeFirst() }
        switch line[..<colon] {
        case "data":
            dataByteCount += value.utf8.count + 1
            guard dataByteCount <= limit else { throw .lineTooLong(limit: limit) }
            data.append(String(value))
        case "event": name = String(value)
        case "id" where !value.utf8.contains(0): id = String(value)
        default: break
        }
        return nil
    }

    private mutating func takeEvent() -> Event? {
        defer {
            name = ""
            data = []
            dataByteCount = 0
        }
        guard !data.isEmpty else { return nil }
        return Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"), id: id)
    }
}
