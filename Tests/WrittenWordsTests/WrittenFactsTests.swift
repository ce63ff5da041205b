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
        ("31/12/2022", "2022-12-31"), ("12/31/2022", "2022-12-31"),
    ])
    func `a day is a day in every language`(text: String, day: String) {
        #expect(normal(text, .date) == [day])
    }

    @Test(arguments: ["03/04/2024", "31.02.2021", "version 1.2.2021.4", "may 2021", "2021-13-01", "10.10.10"])
    func `what may be another day, or none, is no day`(text: String) {
        #expect(normal(text, .date).isEmpty)
    }

    @Test(arguments: [
        ("Summe 12,50 €", "12.50 EUR"), ("Total: $1,234.50", "1234.50 USD"), ("CHF 1'200.00", "1200.00 CHF"),
        ("合計 1,980円", "1980.00 JPY"), ("1.234,5 EUR", "1234.50 EUR"), ("£0.99.", "0.99 GBP"),
        ("1.000 €", "1000.00 EUR"),
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
    ])
    func `a reference follows its word`(text: String, number: String) {
        #expect(normal(text, .reference) == [number])
    }

    @Test func `a search gets the days and the money that are written otherwise, each once`() {
        let text = "Ordered March 14, 2024\n14.03.2024\n2024-03-14\nTotal: $1,234.50\nOrder number: 302-4455667"
        #expect(WrittenFacts.normalForms(in: text) == ["2024-03-14", "1234.50 USD"])
        #expect(WrittenFacts.normalForms(in: String(repeating: "x", count: 400) + " 14.03.2024").isEmpty)
    }

    @Test(arguments: ["in order to proceed", "Invoice address", "Order by date"])
    func `a word alone is no reference`(text: String) {
        #expect(normal(text, .reference).isEmpty)
    }
}
