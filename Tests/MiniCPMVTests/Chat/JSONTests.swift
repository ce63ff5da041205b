import TestSupport
import Testing

@testable import MiniCPMV

struct JSONTests {
    private func read(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    @Test(arguments: [
        ("null", "null"), (" [1 , 2.50,-0.0,1e400 ] ", "[1, 2.5, -0.0, 1e400]"),
        (#"{"b":1,"a":{"x":[]}}"#, #"{"b": 1, "a": {"x": []}}"#),
        (#""\u00e9\ud83d\ude00\/\n\u0001""#, "\"é😀/\\n\\u0001\""), (#""\ud800x""#, "\"\u{FFFD}x\""), ("1e22", "1e+22"),
        ("1e-7", "1e-07"),
        ("12345678901234567890", "12345678901234567890"), ("100e2", "10000.0"), ("1E16", "1e+16"), ("0.0001", "0.0001"),
    ])
    func `values are written as Python writes them`(text: String, written: String) throws {
        #expect(try read(text).pythonText == written)
    }

    @Test(arguments: [
        "", "[", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "+1", "nul", "\"a", "\"\\x\"", "\"\u{1}\"", "[1] 2",
        "{\"a\":1,}", "\"\\u12\"",
        "--1", "1e", "\u{FEFF}1",
    ])
    func `what is no JSON is refused, with its place`(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test func `nesting has a bound`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test func `of equal keys the last counts`() throws {
        #expect(try read(#"{"a":1,"a":2}"#)["a"]?.integer == 2)
    }

    @Test func `random bytes never crash the reader`() {
        var rng = SeededGenerator(seed: 41)
        let alphabet = Array("{}[]\",:\\u0123eE+-.tfn alse\u{80}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &rng)).map { _ in alphabet.randomElement(using: &rng) ?? 0 }
            if let value = try? JSON(parsing: bytes) {
                #expect((try? JSON(parsing: Array(value.compactText.utf8))) != nil)
            }
        }
    }
}
