import Testing

@testable import tintype

struct SafeTextTests {
    @Test
    func `an escape sequence in a name is shown, not obeyed`() {
        #expect(SafeText.name("a\u{1B}[2Jb\n.jpg") == "a␛[2Jb␊.jpg")
    }

    @Test
    func `C1 controls and bidirectional overrides are shown by number`() {
        #expect(SafeText.name("gpj\u{202E}exe\u{9B}1m\u{7F}") == "gpj<U+202E>exe<U+009B>1m␡")
    }

    @Test
    func `a caption becomes one line`() {
        #expect(SafeText.line("one\r\n\ttwo\u{2028}\u{7}") == "one   two ␇")
    }

    @Test
    func `lines and tabs of a longer text stay, and a carriage return cannot hide what came before`() {
        #expect(SafeText.block("a\tb\nc\rd\u{0}") == "a\tb\ncd␀")
    }

    @Test
    func `JSON stays JSON with nothing raw in it`() {
        #expect(SafeText.json("{\"a\":\"\u{9B}2J\u{202E}é\u{7F}\"}") == #"{"a":"\u009b2J\u202eé\u007f"}"#)
    }

    @Test
    func `every control character is caught, and letters of any script are not`() {
        let controls = Array(0..<0x20) + Array(0x7F...0x9F) + Array(0x202A...0x202E) + Array(0x2066...0x2069)
        for value in controls {
            let scalar = Unicode.Scalar(UInt32(value))
            #expect(scalar.map(SafeText.isUnsafe) == true, "U+\(String(value, radix: 16))")
        }
        for text in ["Ärger", "日本語", "ملف", "👩‍👩‍👧", "e\u{301}"] { #expect(SafeText.name(text) == text) }
    }
}
