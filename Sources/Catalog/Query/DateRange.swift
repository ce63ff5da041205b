import MediaTypes

/// The days that `taken:`, `before:` and `after:` accept.
struct DateRange: Equatable {
    /// The first day; `nil`: any.
    var start: CalendarDay?
    /// The day after the last; `nil`: any.
    var end: CalendarDay?

    /// The days from `start` until before `end`.
    init(start: CalendarDay?, end: CalendarDay?) {
        self.start = start
        self.end = end
    }

    /// The days that a year, month, day, a word or a range of these stand for.
    ///
    /// - Returns: `nil` where the text is none of these.
    init?(_ text: String, today: CalendarDay) {
        let text = text.lowercased()
        if let dots = text.firstRange(of: "..") {
            let ends = (text[..<dots.lowerBound], text[dots.upperBound...])
            guard !(ends.0.isEmpty && ends.1.isEmpty) else { return nil }
            let from = Self.period(ends.0, today)
            let until = Self.period(ends.1, today)
            guard ends.0.isEmpty || from != nil, ends.1.isEmpty || until != nil else { return nil }
            self.init(start: from?.start, end: until?.end)
            return
        }
        let sign = text.prefix { "<>=".contains($0) }
        guard let period = Self.period(text.dropFirst(sign.count), today) else { return nil }
        switch sign {
        case ">": self.init(start: period.end, end: nil)
        case ">=": self.init(start: period.start, end: nil)
        case "<": self.init(start: nil, end: period.start)
        case "<=": self.init(start: nil, end: period.end)
        case "", "=": self = period
        default: return nil
        }
    }

    private static func period(_ text: Substring, _ today: CalendarDay) -> DateRange? {
        calendarPeriod(text) ?? namedPeriod(text, today)
    }

    /// `2024`, `2024-06` or `2024-06-01`.
    private static func calendarPeriod(_ text: Substring) -> DateRange? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
        }
        guard numbers.count == parts.count, parts.first?.count == 4, let year = numbers.first, year > 0 else {
            return nil
        }
        switch numbers.count {
        case 1:
            let first = CalendarDay(year: year, month: 1, day: 1)
            return DateRange(start: first, end: first.firstOfMonth(adding: 12))
        case 2: return month(numbers[1], of: year)
        case 3:
            guard (1...12).contains(numbers[1]),
                (1...CaptureTime.days(in: numbers[1], of: year)).contains(numbers[2])
            else { return nil }
            let day = CalendarDay(year: year, month: numbers[1], day: numbers[2])
            return DateRange(start: day, end: day.adding(days: 1))
        default: return nil
        }
    }

    /// A month of a year.
    static func month(_ month: Int, of year: Int) -> DateRange? {
        guard (1...12).contains(month) else { return nil }
        let first = CalendarDay(year: year, month: month, day: 1)
        return DateRange(start: first, end: first.firstOfMonth(adding: 1))
    }

    /// `today`, `yesterday`, `this-week`, `last-month` (the one before this), `last-30-days` (up to today), ….
    private static func namedPeriod(_ text: Substring, _ today: CalendarDay) -> DateRange? {
        switch text {
        case "today": return DateRange(start: today, end: today.adding(days: 1))
        case "yesterday": return DateRange(start: today.adding(days: -1), end: today)
        default: break
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 2, let back = ["this": 0, "last": 1][parts[0]] {
            return unit(parts[1], back: back, today)
        }
        if parts.count == 3, parts[0] == "last", let count = Int(parts[1]), (1...10_000).contains(count) {
            return lastUnits(parts[2], count, today)
        }
        return nil
    }

    private static func unit(_ unit: Substring, back: Int, _ today: CalendarDay) -> DateRange? {
        switch unit {
        case "week":
            let monday = today.adding(days: -today.weekday - 7 * back)
            return DateRange(start: monday, end: monday.adding(days: 7))
        case "month":
            return DateRange(start: today.firstOfMonth(adding: -back), end: today.firstOfMonth(adding: 1 - back))
        case "year":
            let first = CalendarDay(year: today.year - back, month: 1, day: 1)
            return DateRange(start: first, end: first.firstOfMonth(adding: 12))
        default: return nil
        }
    }

    private static func lastUnits(_ unit: Substring, _ count: Int, _ today: CalendarDay) -> DateRange? {
        let days: Int
        switch unit {
        case "day", "days": days = count
        case "week", "weeks": days = count * 7
        case "month", "months": days = count * 30
        case "year", "years": days = count * 365
        default: return nil
        }
        return DateRange(start: today.adding(days: 1 - days), end: today.adding(days: 1))
    }
}
