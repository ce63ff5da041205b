import MediaTypes

/// The target of a request: a path below `/v1` and its query, percent-encoded byte by byte.
struct RequestTarget: Hashable {
    /// As it stands in the request line: `/v1/search?q=cat`.
    private(set) var text: String

    /// The target of this route, without a query so far.
    init(_ route: String) { text = "/v1/" + route }

    /// The path alone, for messages.
    var route: String { String(text.prefix { $0 != "?" }) }

    /// The same with one more item in the query.
    func adding(_ name: String, _ value: some Sequence<UInt8>) -> RequestTarget {
        var target = self
        target.text += (text.contains("?") ? "&" : "?") + name + "=" + Self.encoded(value)
        return target
    }

    /// The same with one more item in the query.
    func adding(_ name: String, _ value: String) -> RequestTarget { adding(name, value.utf8) }

    private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/".utf8)
    private static let digits = Array("0123456789ABCDEF")

    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            if plain.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text.append("%")
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
    }
}
