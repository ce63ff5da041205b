/// A header field.
public struct HTTPHeader: Hashable, Sendable {
    /// As written; names compare without regard to case.
    public var name: String
    /// Without surrounding blanks.
    public var value: String

    /// A field of this name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request, and how long and how much its answer may be.
public struct HTTPRequest: Sendable {
    /// Who is asked.
    public var endpoint: Endpoint
    /// `GET`, `POST`, …
    public var method: String
    /// Begins with a slash and follows the endpoint's base path; percent-encoded where that matters.
    public var path: String
    /// Appended to the path, percent-encoded here.
    public var query: [(name: String, value: String)] = []
    /// Sent as they are; `Host` and `Content-Length` come by themselves.
    public var headers: [HTTPHeader] = []
    /// The body; `nil`: none.
    public var body: [UInt8]?
    /// How long a connection may take. Ten seconds: a local server takes one at once, a far one within a few.
    public var connectionTimeout: Duration = .seconds(10)
    /// How long nothing may move either way once connected; an answer that keeps coming has all the time it needs.
    public var progressTimeout: Duration = .seconds(60)
    /// The largest body accepted, in bytes. 16 MiB: no answer of ours comes near it.
    public var responseLimit = 16 << 20

    /// A request without headers and body; the rest can be set before it is sent.
    public init(_ endpoint: Endpoint, method: String = "GET", path: String) {
        self.endpoint = endpoint
        self.method = method
        self.path = path
    }

    /// The URL, once everything in the request has been found fit to send.
    func checkedURL() throws(HTTPError) -> String {
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else {
            throw .badRequest("“\(method)” is no method")
        }
        guard path.hasPrefix("/") else { throw .badRequest("its path does not begin with /") }
        for header in headers {
            // The value stays out of the message: it may be a key.
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isTokenByte),
                header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw .badRequest("the header “\(header.name)” holds characters that headers cannot") }
        }
        let encodedPath = Self.percentEncoded(endpoint.basePath + path) { (0x21...0x7E).contains($0) && $0 != 0x23 }
        let pairs = query.map {
            Self.percentEncoded($0.name, keeping: Self.isUnreserved) + "="
                + Self.percentEncoded($0.value, keeping: Self.isUnreserved)
        }
        return endpoint.origin + encodedPath + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "!#$%&'*+^`|".utf8.contains(byte)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    private static func percentEncoded(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if isKept(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and address; headers may hold a key and stay out.
    public var description: String { "\(method) \(endpoint)\(path)" }

    /// What a dump shows: the same.
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
