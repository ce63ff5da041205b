import JSONScanning
import Testing

struct JSONScannerTests {
    @Test(arguments: [
        (#""\ud83d\ude00""#, "😀"), (#""a\ud83d""#, "a\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ])
    func `half of a pair of surrogates is no character`(text: String, expected: String) throws {
        var scanner = JSONScanner(Array(text.utf8))
        #expect(String(decoding: try scanner.readString(), as: UTF8.self) == expected)
    }

    @Test func `a fault names its place and what is wrong`() {
        var scanner = JSONScanner(Array(#"{"a": "x", b}"#.utf8))
        let fault = #expect(throws: JSONScanner.Fault.self) { try scanner.skipValue() }
        #expect(fault?.offset == 11)
        #expect(fault?.reason == "a key is missing")
    }
}
