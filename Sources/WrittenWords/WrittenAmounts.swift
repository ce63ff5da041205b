/// Money as people write it.
enum WrittenAmounts {
    static func facts(in line: LinePieces) -> [WrittenFact] {
        var facts: [WrittenFact] = []
        var place = 0
        while place < line.indices.count {
            guard let end = numberEnd(from: place, line) else {
                place += 1
                continue
            }
            if let fact = led(place...end, line) { facts.append(fact) }
            if let fact = followed(place...end, line) { facts.append(fact) }
            place = end + 1
        }
        return facts
    }

    /// The last place of a number such as “1.234,50” that begins at a place.
    private static func numberEnd(from start: Int, _ line: LinePieces) -> Int? {
        guard line[start]?.kind == .number else { return nil }
        var end = start
        while line.isOne(of: separators, end + 1), line[end + 2]?.kind == .number { end += 2 }
        return end
    }

    /// “$1,234.50”, “CHF 1'200.00”.
    private static func led(_ number: ClosedRange<Int>, _ line: LinePieces) -> WrittenFact? {
        let sign = line[number.lowerBound - 1]?.kind == .blank ? number.lowerBound - 2 : number.lowerBound - 1
        guard let currency = currency(sign, line) else { return nil }
        return fact(sign...number.upperBound, number, currency, line)
    }

    /// “12,50 €”, “1 234,50 €”, “1,980円です”.
    private static func followed(_ number: ClosedRange<Int>, _ line: LinePieces) -> WrittenFact? {
        let sign = line.afterBlank(number.upperBound + 1)
        guard let currency = currency(sign, line), !line.isOne(of: decimals, number.lowerBound - 1) else { return nil }
        let start = thousandsStart(before: number, line)
        return fact(start...sign, start...number.upperBound, currency, line)
    }

    /// Where a number begins whose thousands stand apart. “1 234,50 €” may be the first of some rows at 234,50 €; but so
    /// its words find it anyway.
    private static func thousandsStart(before number: ClosedRange<Int>, _ line: LinePieces) -> Int {
        var start = number.lowerBound
        guard line[start]?.count == 3, number.count <= 3 else { return start }
        while line[start]?.count == 3, line[start - 1]?.text.unicodeScalars.count == 1, line[start - 1]?.kind == .blank,
            let before = line[start - 2], before.kind == .number, before.count <= 3,
            !line.isOne(of: separators, start - 3)
        {
            start -= 2
        }
        return start
    }

    private static let separators: Set<Substring> = [".", ",", "'", "’"]
    private static let decimals: Set<Substring> = [".", ","]

    /// - “$” is taken for US dollars and “¥” for yen: the sign alone does not tell.
    private static let signs: [Substring: String] = [
        "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "￥": "JPY", "₩": "KRW", "₽": "RUB",
    ]
    private static let codes: Set<String> = ["EUR", "USD", "GBP", "CHF", "JPY", "CNY", "RUB", "KRW"]
    /// What words begin with that follow a number.
    private static let openings = [("円", "JPY"), ("元", "CNY"), ("원", "KRW"), ("руб", "RUB")]

    private static func currency(_ place: Int, _ line: LinePieces) -> String? {
        guard let piece = line[place] else { return nil }
        if let sign = signs[piece.text] { return sign }
        guard piece.kind == .word else { return nil }
        let code = piece.text.uppercased()
        if codes.contains(code) { return code }
        return openings.first { piece.text.hasPrefix($0.0) }?.1
    }

    private static func fact(
        _ places: ClosedRange<Int>, _ number: ClosedRange<Int>, _ currency: String, _ line: LinePieces
    ) -> WrittenFact? {
        normal(line.text(number)).map { amount in
            WrittenFact(kind: .amount, text: String(line.text(places)), normal: amount + " " + currency)
        }
    }

    /// A number with two places: the last point or comma is the decimal one if one or two digits follow.
    private static func normal(_ written: Substring) -> String? {
        let digits = written.utf8.filter { (0x30...0x39).contains($0) }
        guard digits.count <= 15 else { return nil }
        let tail = written.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        let hasDecimals = written.utf8.dropLast(tail).last.map { $0 == 0x2E || $0 == 0x2C } ?? false
        let cents = hasDecimals && tail <= 2 ? tail : 0
        let whole = digits.dropLast(cents).drop { $0 == 0x30 }
        return (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)) + "."
            + String(decoding: digits.suffix(cents), as: UTF8.self) + String(repeating: "0", count: 2 - cents)
    }
}
