/// What Python's `strip` takes away: the template trims with it.
enum Blank {
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    static func trim(_ text: String) -> String { trimEnd(trimStart(text)) }

    static func trimStart(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.drop(while: isBlank)))
    }

    static func trimEnd(_ text: String) -> String {
        var scalars = text.unicodeScalars
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }
}

/// Search by code points, as the template does it: Swift's own goes by characters, and finds no "<think>" before a
/// combining mark.
extension String {
    func hasScalarPrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    func hasScalarSuffix(_ suffix: String) -> Bool { utf8.reversed().starts(with: suffix.utf8.reversed()) }

    /// The pieces between all places of a mark; always at least one.
    func scalarSplit(_ mark: String) -> [String] {
        let (bytes, mark) = (Array(utf8), Array(mark.utf8))
        var pieces: [String] = []
        var (start, place) = (0, 0)
        while place + mark.count <= bytes.count {
            if bytes[place...].starts(with: mark) {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                place += mark.count
                start = place
            } else {
                place += 1
            }
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
