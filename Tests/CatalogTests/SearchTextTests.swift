import Testing

@testable import Catalog

@Suite struct SearchTextTests {
    @Test(arguments: ["图书馆", "Wi-Fi设置", "パスワード", "바닥글", "plain ASCII", "Ünïcödé", "頁尾文字 footer", "a\u{200D}b"])
    func `what is shown is what was put in`(text: String) {
        #expect(SearchText.shown(SearchText.prepared(text)) == text)
    }

    @Test func `CJK characters stand apart and other words do not`() {
        #expect(SearchText.prepared("新Wi-Fi设置 ok") == "新\u{200B}Wi-Fi\u{200B}设\u{200B}置\u{200B} ok")
        #expect(SearchText.prepared("a\u{2}b\nc") == "a b\nc")
    }

    @Test(arguments: [
        ("Café", "cafe"), ("Υποσέλιδο", "υποσελιδο"), ("Straße", "strasse"), ("Łódź", "lodz"), ("Ærø", "aero"),
        ("ＡＢＣ", "abc"), ("naïve", "naive"), ("Tiếng", "tieng"), ("ёлка", "елка"), ("λόγος", "λογοσ"),
    ])
    func `accented words have a plain form`(word: String, plain: String) {
        #expect(SearchText.plainForm(of: word) == plain)
    }

    @Test(arguments: ["cafe", "CAFE", "图书馆", "바닥글", "маяк", ""])
    func `plain words have none`(word: String) {
        #expect(SearchText.plainForm(of: word) == nil)
    }

    @Test func `each plain form is indexed once`() {
        #expect(SearchText.plainForms(in: ["Café, café cafe", "plain", "Übung"]) == "cafe ubung")
    }
}
