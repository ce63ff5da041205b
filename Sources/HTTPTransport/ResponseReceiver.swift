/// Makes a head of header lines, and keeps both head and body within bounds.
struct ResponseReceiver {
    /// In bytes; four times what common servers send at most.
    private static let headLimit = 64 << 10

    private let endpoint: Endpoint
    private let bodyLimit: Int
    private var head: HTTPResponseHead?
    private var isHeadDone = false
    private var headByteCount = 0
    private var bodyByteCount = 0
    /// Why the answer is refused.
    private(set) var fault: HTTPError?

    init(request: HTTPRequest) {
        endpoint = request.endpoint
        bodyLimit = request.responseLimit
    }

    /// Takes a line, with its line end.
    ///
    /// - Returns: the head, at the empty line that ends it. Interim answers (1xx) are passed over.
    mutating func receive(headerLine bytes: some Collection<UInt8>) -> HTTPResponseHead? {
        headByteCount += bytes.count
        guard headByteCount <= Self.headLimit else {
            fault = .headTooLarge(endpoint, limit: Self.headLimit)
            return nil
        }
        // Trailers follow the body; nobody asked for them.
        guard !isHeadDone else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).trimmingBlanks()
        if line.isEmpty {
            guard let head, head.status >= 200 else { return nil }
            isHeadDone = true
            return head
        }
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", maxSplits: 2)
            head = HTTPResponseHead(status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
        } else if let colon = line.firstIndex(of: ":") {
            let value = String(line[line.index(after: colon)...]).trimmingBlanks()
            head?.headers.append(HTTPHeader(String(line[..<colon]), value))
        }
        return nil
    }

    /// Counts bytes of the body; false, and `fault` is set, where they are too many.
    mutating func accepts(bodyBytes count: Int) -> Bool {
        bodyByteCount += count
        if bodyByteCount > bodyLimit { fault = .tooLarge(endpoint, limit: bodyLimit) }
        return fault == nil
    }
}

extension String {
    /// Without spaces, tabs and line ends at either side. By bytes: "\r\n" is one character to Swift.
    fileprivate func trimmingBlanks() -> String {
        let blanks = Set(" \t\r\n".utf8)
        let bytes = utf8.drop { blanks.contains($0) }
        guard let last = bytes.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }
}
