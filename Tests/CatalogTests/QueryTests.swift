import MediaTypes
import Testing

@testable import Catalog

@Suite struct QueryTests {
    private let today = CalendarDay(year: 2024, month: 6, day: 5)

    private func parsed(_ query: String) throws -> QueryExpression? { try QueryParser.parse(query, today: today) }

    private func word(_ text: String, _ field: QueryText.Field? = nil, quoted: Bool = false) -> QueryExpression {
        .text(QueryText(text: text, field: field, isQuoted: quoted))
    }

    @Test func `or binds weaker than words that stand together`() throws {
        #expect(
            try parsed("red cat or (blue -dog)")
                == .any([.all([word("red"), word("cat")]), .all([word("blue"), .not(word("dog"))])]))
    }

    @Test func `hyphens inside words and dashes between them are no minus signs`() throws {
        #expect(try parsed("wi-fi - router") == .all([word("wi-fi"), word("router")]))
    }

    @Test func `a value may be quoted, and times of day are words`() throws {
        #expect(try parsed("OCR:\"total due\" 12:30") == .all([word("total due", .ocr, quoted: true), word("12:30")]))
        #expect(try parsed("“zum Beispiel”") == word("zum Beispiel", quoted: true))
    }

    @Test func `quiet words are not required unless there is nothing else`() throws {
        #expect(try parsed("the cat on the mat") == .all([word("cat"), word("mat")]))
        #expect(try parsed("the who") == word("who"))
        #expect(try parsed("to be") == .all([word("to"), word("be")]))
        #expect(try parsed("\"the\" cat") == .all([word("the", quoted: true), word("cat")]))
        #expect(try parsed("the -cat") == .all([word("the"), .not(word("cat"))]))
        #expect(try parsed(" ") == nil)
    }

    @Test(arguments: [
        ("captoin:x", 1, "Did you mean caption:?"), ("cat colour:red", 5, "Use one of ocr:"),
        ("cat \"dog", 5, "Put another one"),
        ("(cat", 1, "Put \")\" at the end."), ("cat)", 4, "Take it out"), ("or cat", 1, "before it"),
        ("cat or", 5, "after it"),
        ("()", 2, "Take them out."), ("iso:fast", 5, "iso:>800"), ("cat type:song", 10, "type:photo"),
        ("ocr:", 5, "ocr:total"),
        ("taken:2024-13", 7, "2024-06-01"), ("taken:2023-02-29", 7, "2024-06-01"), ("near:91,0", 6, "near:37.77"),
        ("is:nice", 4, "is:screenshot"), ("taken:..", 7, "2023..2024-06"), ("cat -or dog", 5, ""),
        ("near:1,2,x", 6, "near:"),
    ])
    func `a query that cannot be read is refused with the place, the reason and a way out`(
        query: String, column: Int, suggestion: String
    ) throws {
        let error = try #require(throws: QueryError.self) { try parsed(query) }
        #expect(error.column == column, "\(query): \(error)")
        #expect((error.suggestion ?? "").contains(suggestion), "\(query): \(error)")
        let sentence = CatalogError.badQuery(error)
        #expect(sentence.code == .badQuery(column: column))
        #expect(sentence.message.contains("at column \(column): "))
    }

    @Test func `a query too long, too deep or with too many words is refused`() {
        for query in [
            String(repeating: "x", count: 5000), String(repeating: "(", count: 100),
            String(repeating: "a b ", count: 200),
        ] {
            #expect(throws: QueryError.self) { try parsed(query) }
        }
        #expect(throws: QueryError.self) { try parsed(String(repeating: "-", count: 60) + "x") }
    }

    @Test(
        arguments: [
            ("2024", "2024-01-01", "2025-01-01"), ("2024-06", "2024-06-01", "2024-07-01"),
            ("2023-12", "2023-12-01", "2024-01-01"),
            ("2024-02-29", "2024-02-29", "2024-03-01"), ("today", "2024-06-05", "2024-06-06"),
            ("yesterday", "2024-06-04", "2024-06-05"),
            ("this-week", "2024-06-03", "2024-06-10"), ("last-week", "2024-05-27", "2024-06-03"),
            ("last-month", "2024-05-01", "2024-06-01"),
            ("this-month", "2024-06-01", "2024-07-01"), ("last-year", "2023-01-01", "2024-01-01"),
            ("last-7-days", "2024-05-30", "2024-06-06"),
            ("2023..2024-02", "2023-01-01", "2024-03-01"), ("..2023", nil, "2024-01-01"), ("2023..", "2023-01-01", nil),
            (">2023", "2024-01-01", nil), (">=2023", "2023-01-01", nil), ("<2023-05", nil, "2023-05-01"),
            ("<=2023-05", nil, "2023-06-01"),
            ("last-week..today", "2024-05-27", "2024-06-06"), ("Yesterday", "2024-06-04", "2024-06-05"),
        ] as [(String, String?, String?)])
    func `dates mean whole days, months and years`(text: String, start: String?, end: String?) throws {
        let range = try #require(DateRange(text, today: today))
        #expect(range.start?.text == start, "\(text)")
        #expect(range.end?.text == end, "\(text)")
    }

    @Test(arguments: [
        "", "soon", "2024-6-x", "24", "2024-00", "2024-06-31", "2024-06-01-01", "last-0-days", "last-fortnight", ">",
        "=..", "٢٠٢٤",
    ])
    func `what is no date is none`(text: String) {
        #expect(DateRange(text, today: today) == nil)
    }

    @Test func `after begins with the day it names and before ends ahead of it`() throws {
        let day = CalendarDay(year: 2025, month: 1, day: 1)
        #expect(try parsed("after:2025-01") == .condition(.taken(DateRange(start: day, end: nil))))
        #expect(try parsed("before:2025-01") == .condition(.taken(DateRange(start: nil, end: day))))
    }

    @Test func `numbers accept limits, ranges and units, and a plain one what rounds to it`() throws {
        func accepts(_ text: String, _ value: Double, _ units: NumberRange.Units = ["": 1]) -> Bool? {
            NumberRange(text, units: units).map { range in
                let above = range.lower.map { range.isAboveLower ? value > $0 : value >= $0 } ?? true
                let below = range.upper.map { range.isBelowUpper ? value < $0 : value <= $0 } ?? true
                return above && below
            }
        }
        #expect(accepts(">800", 800) == false)
        #expect(accepts(">=800", 800) == true)
        #expect(accepts("100..400", 400) == true)
        #expect(accepts("..400", 401) == false)
        #expect(accepts("2.8", 2.8) == true)
        #expect(accepts("2.8", 2.83) == true)
        #expect(accepts("2.8", 2.9) == false)
        #expect(accepts("100", 100) == true)
        #expect(accepts("100", 101) == false)
        #expect(accepts(">5MB", 5_000_001, NumberRange.byteUnits) == true)
        #expect(accepts("<1KiB", 1024, NumberRange.byteUnits) == false)
        for text in ["", "x", "..", "1..x", "5XB", "--1", "><1", "1e3"] {
            #expect(NumberRange(text, units: NumberRange.byteUnits) == nil, "\(text)")
        }
    }

    @Test func `day numbers and days are each other's inverse over eight centuries`() {
        var expected = CalendarDay(year: 1600, month: 1, day: 1)
        for number in expected.number..<expected.number + 300_000 {
            #expect(CalendarDay(number: number) == expected)
            expected.day += 1
            if expected.day > CaptureTime.days(in: expected.month, of: expected.year) {
                expected = expected.firstOfMonth(adding: 1)
            }
        }
        #expect(CalendarDay(year: 1970, month: 1, day: 1).number == 0)
        #expect(CalendarDay(year: 1970, month: 1, day: 1).weekday == 3)
    }

    @Test func `Berlin is 504 kilometres from Munich`() {
        let distance = GeoDistance.kilometres(from: (52.52, 13.405), to: (48.137, 11.575))
        #expect(abs(distance - 504) < 3)
    }
}
