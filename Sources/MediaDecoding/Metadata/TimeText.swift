import MediaTypes

/// Times as EXIF, IPTC, XMP and video containers write them.
enum TimeText {
    /// The time of a clock text, a text of decimals and an offset text, as EXIF keeps them apart.
    ///
    /// `2012:08:05 11:39:59`, `2012-08-05T11:39:59.25+02:00`, `2012-08-05`: separators are not insisted on. What the
    /// clock text itself says of decimals and offset comes first.
    /// - Returns: `nil` where there is no such moment; also for the year 0 that cameras with an unset clock write.
    static func captureTime(
        _ text: String, fraction: String? = nil, offset: String? = nil, source: CaptureTime.Source
    ) -> CaptureTime? {
        var scanner = Scanner(text)
        guard let year = scanner.number(4), scanner.skip(":-/."), let month = scanner.number(2), scanner.skip(":-/."),
            let day = scanner.number(2)
        else { return nil }
        var hour = 0, minute = 0, second = 0
        if scanner.skip(" T"), let first = scanner.number(2) {
            hour = first
            if scanner.skip(":"), let next = scanner.number(2) { minute = next }
            if scanner.skip(":"), let next = scanner.number(2) { second = next }
        }
        var ownFraction: String?
        if scanner.skip(".,") { ownFraction = scanner.digits() }
        let ownOffset = scanner.rest
        return CaptureTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            millisecond: milliseconds(ownFraction ?? fraction ?? ""),
            offsetMinutes: offsetMinutes(ownOffset) ?? offset.flatMap(offsetMinutes), source: source)
    }

    /// Minutes east of UTC of "+02:00", "-0500", "Z".
    static func offsetMinutes(_ text: String) -> Int? {
        let text = text.filter { !$0.isWhitespace }
        if text.uppercased() == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var scanner = Scanner(String(text.dropFirst()))
        guard let hours = scanner.number(2), hours <= 14 else { return nil }
        _ = scanner.skip(":")
        let minutes = scanner.number(2) ?? 0
        guard minutes < 60 else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The first three decimals of a text of decimals: "5" is half a second.
    private static func milliseconds(_ decimals: String) -> Int {
        let digits = decimals.prefix { ("0"..."9").contains($0) }.prefix(3)
        return Int(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0
    }

    /// Reads numbers of a fixed width off a text's front.
    private struct Scanner {
        private var remaining: Substring

        init(_ text: String) { remaining = text[...] }

        /// What was not read.
        var rest: String { String(remaining) }

        /// The number of exactly `count` ASCII digits.
        mutating func number(_ count: Int) -> Int? {
            let digits = remaining.prefix(count)
            guard digits.count == count, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
            remaining = remaining.dropFirst(count)
            return Int(digits)
        }

        mutating func digits() -> String {
            let digits = remaining.prefix { ("0"..."9").contains($0) }
            remaining = remaining.dropFirst(digits.count)
            return String(digits)
        }

        /// Passes one of these characters if it comes next. A text without separators is read on all the same.
        mutating func skip(_ characters: String) -> Bool {
            if let first = remaining.first, characters.contains(first) {
                remaining = remaining.dropFirst()
                return true
            }
            return remaining.first.map { ("0"..."9").contains($0) } ?? false
        }
    }
}
