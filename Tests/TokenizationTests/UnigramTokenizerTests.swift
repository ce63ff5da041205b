import TestSupport
import Testing

@testable import Tokenization

struct UnigramTokenizerTests {
    private static let unknown: TokenID = 0

    /// The unknown, then these pieces.
    private static let vocabulary: [(text: String, score: Float)] = [
        ("<unk>", 0), ("▁", -2), ("a", -3), ("b", -3), ("ab", -6), ("ba", -5), ("▁a", -4), ("▁ab", -9), ("aaaa", -7),
        ("é", -8), ("e", -3), ("\u{301}", -4), ("本", -6), ("日本", -9), ("1", -3), ("2", -3), ("/", -3), ("<s>", 0),
    ]

    private static let replacements: [(scalar: Unicode.Scalar, by: [Unicode.Scalar])] = [
        ("\u{1}", []), ("\t", [" "]), ("\u{A8}", [" ", "\u{308}"]), ("\u{BD}", ["1", "/", "2"]), ("\u{3000}", [" "]),
    ]

    private let tokenizer = UnigramTokenizer(
        bytes: vocabulary.flatMap { Array($0.text.utf8) },
        starts: vocabulary.reduce(into: [0]) { $0.append(($0.last ?? 0) + UInt32($1.text.utf8.count)) },
        scores: vocabulary.map(\.score), unknown: unknown, replacements: replacements)

    private func pieces(_ text: String, limit: Int = 1000) -> [String] {
        tokenizer.encode(text, limit: limit).map { Self.vocabulary[Int($0)].text }
    }

    @Test(arguments: [
        ("", ["▁"]), (" ", ["▁"]), ("a", ["▁a"]), ("  a   a ", ["▁a", "▁a", "▁"]),
        ("aaaa", ["▁", "aaaa"]), ("<s>a", ["▁", "<s>", "a"]), ("日本", ["▁", "日本"]), ("日本本", ["▁", "日本", "本"]),
    ])
    func `a text is put together from the likeliest pieces`(text: String, expected: [String]) {
        #expect(pieces(text) == expected)
    }

    @Test func `of equally good ways the one with the longest last piece is taken`() {
        // ab costs what a and b cost together; ▁a and b cost 7, ▁ and ab 8.
        #expect(pieces("bab") == ["▁", "ba", "b"])
        #expect(pieces("1ab") == ["▁", "1", "ab"])
    }

    @Test func `a character without a piece is unknown, byte by byte nothing`() {
        #expect(pieces("x") == ["▁", "<unk>"])
        #expect(pieces("語a👩‍👧") == ["▁", "<unk>", "a", "<unk>", "<unk>", "<unk>"])
        // No text becomes the unknown by its name.
        #expect(pieces("<unk>").filter { $0 == "<unk>" }.count == 5)
    }

    @Test func `characters are replaced one by one, and marks stay where they are`() {
        #expect(pieces("½") == ["▁", "1", "/", "2"])
        #expect(pieces("a\u{1}\tb") == ["▁a", "▁", "b"])
        #expect(pieces("a \u{3000}\t b") == ["▁a", "▁", "b"])
        #expect(pieces("e\u{301}") == ["▁", "e", "\u{301}"])
        #expect(pieces("\u{E9}") == ["▁", "é"])
        #expect(pieces("a\u{A8}") == ["▁a", "▁", "<unk>"])
        #expect(pieces("\u{1}") == ["▁"])
    }

    /// By all ways to put a text together: the best way to each place is the best of the ways over each last piece.
    private static func reference(_ text: [Unicode.Scalar]) -> (score: Float, tokens: [TokenID]) {
        guard !text.isEmpty else { return (0, []) }
        var best: (score: Float, tokens: [TokenID]) = (-.infinity, [])
        for start in text.indices {
            let last = String(String.UnicodeScalarView(text[start...]))
            let piece = vocabulary.indices.dropFirst().first {
                vocabulary[$0].text.utf8.elementsEqual(last.utf8)
            }
            let worst = vocabulary.map(\.score).min() ?? 0
            let cost = piece.map { vocabulary[$0].score } ?? (start == text.count - 1 ? worst - 10 : -.infinity)
            guard cost > -.infinity else { continue }
            let before = reference(Array(text[..<start]))
            if before.score + cost > best.score {
                best = (before.score + cost, before.tokens + [piece.map(TokenID.init) ?? unknown])
            }
        }
        return best
    }

    @Test func `tokens are those of the definition`() {
        var rng = SeededGenerator(seed: 3)
        let alphabet: [Unicode.Scalar] = ["a", "a", "b", "e", "\u{301}", "本", "日", "1", "x", "▁"]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...9, using: &rng)).compactMap { _ in alphabet.randomElement(using: &rng) }
            let tokens = tokenizer.encode(String(String.UnicodeScalarView(text)), limit: 100)
            #expect(tokens == Self.reference(["▁"] + text).tokens, "\(text)")
        }
    }

    @Test func `no more tokens come than are asked for, and they are the first`() {
        let text = "ab 日本 ½ ba"
        let all = pieces(text)
        for limit in 0...all.count { #expect(pieces(text, limit: limit).elementsEqual(all.prefix(limit))) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a megabyte of anything takes no longer than it is read`() {
        for unit in ["a", "ab ", " ", "\u{1}", "x", "e\u{301}", "\u{FDFA}", "👩‍👧", "aaaa"] {
            let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
            let tokens = tokenizer.encode(text, limit: 2000)
            #expect(tokens.count == (unit == " " || unit == "\u{1}" ? 1 : 2000))
        }
        // All of it: no limit that is ever reached.
        #expect(tokenizer.encode(String(repeating: "ab", count: 1 << 19), limit: 1 << 20).count > 1 << 19)
    }
}
