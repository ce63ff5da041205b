/// When a picture was taken, as its file tells it: a wall clock, and its distance from UTC where that is known.
public struct CaptureTime: Hashable, Sendable, Codable {
    /// Where the time was found, best first.
    public enum Source: String, Hashable, Sendable, Codable {
        /// EXIF's DateTimeOriginal, DateTimeDigitized or DateTime.
        case exif
        /// A video container's creation time.
        case container
        /// The file's name, as `Screenshot from 2024-06-01 12-00-00.png`.
        case name
        /// The file's modification time.
        case modified
    }

    /// The wall clock: `YYYY-MM-DDTHH:MM:SS.sss`. Sorts and compares as text.
    public var local: String
    /// Minutes east of UTC; `nil` where the file does not say.
    public var offsetMinutes: Int?
    /// Where this was found.
    public var source: Source

    /// The time of these parts.
    public init(local: String, offsetMinutes: Int?, source: Source) {
        self.local = local
        self.offsetMinutes = offsetMinutes
        self.source = source
    }

    /// The wall clock of these parts.
    ///
    /// - Returns: `nil` where a part is out of range or there is no such day.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0,
        offsetMinutes: Int? = nil, source: Source
    ) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0...999).contains(millisecond)
        else { return nil }
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        local =
            "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T"
            + "\(digits(hour, 2)):\(digits(minute, 2)):\(digits(min(second, 59), 2)).\(digits(millisecond, 3))"
        self.offsetMinutes = offsetMinutes.flatMap { abs($0) <= 14 * 60 ? $0 : nil }
        self.source = source
    }

    /// The number of days in a month of the Gregorian calendar.
    public static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The time in ISO 8601: with the offset where it is known, without the fraction where it is nought.
    public var iso8601: String {
        let clock = local.hasSuffix(".000") ? String(local.dropLast(4)) : local
        guard let offsetMinutes else { return clock }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let sign = offsetMinutes < 0 ? "-" : "+"
        return clock + sign + two(abs(offsetMinutes) / 60) + ":" + two(abs(offsetMinutes) % 60)
    }
}
