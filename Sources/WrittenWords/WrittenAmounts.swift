/// Money as people write it.
enum WrittenAmounts {
    static func facts(in text: String) -> [WrittenFact] {
        let before = text.matches(of: #/(€|US\$|\$|£|¥|￥|₩|₽|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RUB|KRW)\b)\s?(\d[\d.,'’]*)/#)
        let after = text.matches(
            of: #/(?:^|[^\d.,])((\d[\d.,'’]*)\s?(€|£|₽|₩|元|円|원|руб|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RUB|KRW)\b))/#)
        return before.compactMap { fact(String($0.output.0), $0.output.2, $0.output.1) }
            + after.compactMap { fact(String($0.output.1), $0.output.2, $0.output.3) }
    }

    /// - “$” is taken for US dollars and “¥” for yen: the sign alone does not tell.
    private static let currencies: [Substring: String] = [
        "€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY", "元": "CNY", "₩": "KRW",
        "원": "KRW", "₽": "RUB", "руб": "RUB",
    ]

    private static func fact(_ text: String, _ number: Substring, _ sign: Substring) -> WrittenFact? {
        guard let amount = normal(number) else { return nil }
        return WrittenFact(kind: .amount, text: text, normal: amount + " " + (currencies[sign] ?? String(sign)))
    }

    /// A number with two places: the last point or comma is the decimal one if one or two digits follow.
    private static func normal(_ written: Substring) -> String? {
        let digits = written.filter { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 15 else { return nil }
        var trimmed = written
        while let last = trimmed.last, !last.isNumber { trimmed.removeLast() }
        let places = trimmed.lastIndex { $0 == "." || $0 == "," }.map { trimmed[$0...].count - 1 } ?? 0
        let cents = places == 1 || places == 2 ? places : 0
        let whole = digits.dropLast(cents).drop { $0 == "0" }
        return (whole.isEmpty ? "0" : whole) + "." + digits.suffix(cents) + String(repeating: "0", count: 2 - cents)
    }
}
