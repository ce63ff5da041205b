import Testing

@testable import WrittenWords

struct WrittenFactsTests {
    private func normal(_ text: String, _ kind: WrittenFact.Kind) -> [String] {
        WrittenFacts.facts(in: [text]).filter { $0.kind == kind }.map(\.normal)
    }

    @Test(arguments: [
        ("Mittwoch, 24. Februar 2021", "2021-02-24"), ("24.02.2021", "2021-02-24"), ("due 2021-02-24.", "2021-02-24"),
        ("February 24th, 2021", "2021-02-24"), ("le 1er août 2023", "2023-08-01"),
        ("24 de febrero de 2021", "2021-02-24"),
        ("3 марта 2020", "2020-03-03"), ("2019年12月19日", "2019-12-19"), ("2019년 12월 19일", "2019-12-19"),
        ("31/12/2022", "2022-12-31"), ("12/31/2022", "2022-12-31"), ("开票日期2024年3月14日", "2024-03-14"),
        ("24. 2. 2021", "2021-02-24"), ("3. März 2024, 10:30", "2024-03-03"), ("10:30 March 3, 2024", "2024-03-03"),
        ("3. Ma\u{308}rz 2024", "2024-03-03"), ("03/14/202417:02", "2024-03-14"), ("2024-03-1417:02", "2024-03-14"),
        ("14.3.202417:02", "2024-03-14"), ("3 March 202409:15", "2024-03-03"),
    ])
    func `a day is a day in every language`(text: String, day: String) {
        #expect(normal(text, .date) == [day])
    }

    @Test(arguments: [
        "03/04/2024", "31.02.2021", "version 1.2.2021.4", "may 2021", "2021-13-01", "10.10.10", "v2024-01-02",
        "at 5.30 May 2024",
    ])
    func `what may be another day, or none, is no day`(text: String) {
        #expect(normal(text, .date).isEmpty)
    }

    @Test(arguments: [
        ("Summe 12,50 €", "12.50 EUR"), ("Total: $1,234.50", "1234.50 USD"), ("CHF 1'200.00", "1200.00 CHF"),
        ("合計 1,980円", "1980.00 JPY"), ("1.234,5 EUR", "1234.50 EUR"), ("£0.99.", "0.99 GBP"),
        ("1.000 €", "1000.00 EUR"), ("1 234,50 €", "1234.50 EUR"), ("12 345 678,90 руб.", "12345678.90 RUB"),
        ("1234 567,00 €", "567.00 EUR"), ("US$5", "5.00 USD"), ("5EUR", "5.00 EUR"), ("3 12,50 €", "12.50 EUR"),
    ])
    func `money is a number and a currency`(text: String, amount: String) {
        #expect(normal(text, .amount) == [amount])
    }

    @Test func `addresses lose what does not belong to them`() {
        #expect(normal("See https://www.Example.org/a/B.", .webAddress) == ["example.org/a/B"])
        #expect(normal("Mail: Anna.Muster@Example.org, or call", .mailAddress) == ["anna.muster@example.org"])
        #expect(normal("file.txt and e.g. this", .webAddress).isEmpty)
    }

    @Test(arguments: [
        ("Order number: 302-4455667", "302-4455667"), ("Rechnungsnr. RE-20210017", "RE-20210017"),
        ("Booking reference XK4P9Q", "XK4P9Q"), ("注文番号：250-12345", "250-12345"), ("Commande n° 8812345", "8812345"),
        ("Ihre Bestellnummer: A-1234/56.", "A-1234/56"), ("Invoice INV-2024-0317", "INV-2024-0317"),
    ])
    func `a reference follows its word`(text: String, number: String) {
        #expect(normal(text, .reference) == [number])
    }

    @Test func `a search gets the days, money and references that are written otherwise, each once`() {
        let text = """
            Ordered March 14, 2024
            14.03.2024
            2024-03-14
            Total: $1,234.50
            1234.50 USD
            Order number: 302-4455667
            Invoice INV20240317
            """
        #expect(WrittenFacts.otherForms(in: text) == ["2024-03-14", "1234.50 USD", "3024455667"])
    }

    @Test(arguments: [
        "order-", "order 12345-", "1 ", "1.", "12,50 € ", "3. März 2024 ", "2024-01-", "1/1/", "€ ", "注文番号：", "order ",
    ])
    func `a line of any length takes time in proportion`(pattern: String) {
        func seconds(_ count: Int) -> Double {
            let line = String(repeating: pattern, count: count)
            let times = (0..<3).map { _ in
                let start = ContinuousClock.now
                _ = WrittenFacts.otherForms(in: line + "2024")
                return (ContinuousClock.now - start) / .seconds(1)
            }
            return times.min() ?? 0
        }
        // Twenty times as much text; four hundred times as much time, were it the square.
        #expect(seconds(20_000) < 150 * max(seconds(1_000), 1e-4))
    }

    @Test(arguments: ["in order to proceed", "Invoice address", "Order by date"])
    func `a word alone is no reference`(text: String) {
        #expect(normal(text, .reference).isEmpty)
    }
}
