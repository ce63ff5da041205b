/// Dates as people say them: "june 2012", "30 June 2012", "June 30 2012" among a query's words.
enum SpokenDate {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The parts, with the words of each such date replaced by: these words, or taken then; and with those of any fact by:
    /// these words, or its other forms.
    static func recognised(in parts: [QueryExpression]) -> [QueryExpression] {
        var result: [QueryExpression] = []
        var rest = parts[...]
        while let first = rest.first {
            let words = rest.prefix(TypedFact.mostWords).map(word)
            if let (range, count) = date(opening: words) {
                let forms = TypedFact.forms(of: words.prefix(count).compactMap { $0 }[...])
                result.append(.any([.condition(.taken(range)), .all(Array(rest.prefix(count)))] + forms))
                rest = rest.dropFirst(count)
            } else if let (forms, count) = TypedFact.opening(words.prefix { $0 != nil }.compactMap { $0 }) {
                result.append(.any([count == 1 ? first : .all(Array(rest.prefix(count)))] + forms))
                rest = rest.dropFirst(count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func word(_ part: QueryExpression) -> String? {
        guard case .text(let text) = part, text.field == nil, !text.isQuoted else { return nil }
        return text.text.lowercased()
    }

    private static func date(opening words: [String?]) -> (range: DateRange, count: Int)? {
        func text(_ place: Int) -> String? { place < words.count ? words[place] : nil }
        if let month = month(text(0)) {
            if let year = year(text(1)) { return DateRange.month(month, of: year).map { ($0, 2) } }
            guard let year = year(text(2)) else { return nil }
            return day(text(1), month, year).map { ($0, 3) }
        }
        guard let month = month(text(1)), let year = year(text(2)) else { return nil }
        return day(text(0), month, year).map { ($0, 3) }
    }

    private static func month(_ word: String?) -> Int? {
        guard let word, word.count >= 3 else { return nil }
        return months.firstIndex { $0 == word || $0.prefix(3) == word }.map { $0 + 1 }
    }

    private static func year(_ word: String?) -> Int? {
        guard let word, let year = Int(word), (1900...2100).contains(year) else { return nil }
        return year
    }

    private static func day(_ word: String?, _ month: Int, _ year: Int) -> DateRange? {
        guard let digits = word?.prefix(while: { $0.isNumber || $0 == "0" }), let day = Int(digits),
            ["", ".", ",", "st", "nd", "rd", "th"].contains(word?.dropFirst(digits.count) ?? "")
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return DateRange("\(year)-\(two(month))-\(two(day))", today: CalendarDay(year: year, month: month, day: 1))
    }
}
