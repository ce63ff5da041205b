/// A request's target taken apart: `/v1/search?q=cake&limit=5`.
struct RequestTarget: Equatable {
    var path: [String]
    var query: [HTTPQuery.Item]

    /// Reads an origin-form target; its length is bounded by the limit on request heads.
    ///
    /// - Returns: `nil` where it does not open with a slash, a percent sign lacks its two digits, or a decoded path
    ///   component holds a NUL or is no UTF-8.
    init?(_ target: String) {
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let rawPath = parts.first, rawPath.first == UInt8(ascii: "/") else { return nil }
        var path: [String] = []
        for raw in rawPath.split(separator: UInt8(ascii: "/")) {
            guard let bytes = Self.decoded(raw, plusIsSpace: false), !bytes.contains(0),
                let component = String(validating: bytes, as: UTF8.self)
            else { return nil }
            path.append(component)
        }
        self.path = path

        query = []
        guard parts.count == 2 else { return }
        for raw in parts[1].split(separator: UInt8(ascii: "&")) {
            let pair = raw.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0], plusIsSpace: true),
                let value = pair.count == 2 ? Self.decoded(pair[1], plusIsSpace: true) : []
            else { return nil }
            query.append(HTTPQuery.Item(name: String(decoding: name, as: UTF8.self), bytes: value))
        }
    }

    /// The bytes behind the percent signs. Forms, and curl's `--data-urlencode`, write a space as a plus.
    private static func decoded(_ raw: Substring.UTF8View, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var rest = raw.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
