/// A day of the Gregorian calendar, and arithmetic with it.
struct CalendarDay: Hashable, Comparable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day `number` days after 1 January 1970.
    ///
    /// Counts in eras of 400 years (146,097 days) that begin on 1 March, so that the leap day ends its year.
    init(number: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1 January 1970.
    var number: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Days since Monday: 0…6.
    var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    /// As asset.taken_at begins: `2024-06-01`.
    var text: String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
    }

    /// The day `count` days later.
    func adding(days count: Int) -> CalendarDay { CalendarDay(number: number + count) }

    /// The first day of the month `count` months later.
    func firstOfMonth(adding count: Int) -> CalendarDay {
        let months = year * 12 + month - 1 + count
        return CalendarDay(year: months / 12, month: months % 12 + 1, day: 1)
    }

    static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }
}
