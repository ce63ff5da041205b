import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tokenization

/// A string with its tokens, as the `tokenizers` package has them.
private struct Case: Decodable {
    var text: String
    var ids: [TokenID]
    var decoded: String
    var clean: String
}

struct TokenizerTests {
    private static let folder = Fixtures.directory.text + "/Reference/"
    /// The released vocabulary lies beside the project where its developers work; its licence keeps it out of git.
    private static let released = Fixtures.directory.text + "/../../../shared/reference/"
    private static let hasReleased = FileManager.default.fileExists(atPath: released + "release/tokenizer.json")

    private static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    private let tokenizer: Tokenizer

    init() throws {
        let path = Self.folder + "tiny/tokenizer.json"
        tokenizer = try Tokenizer(tokenizerJSON: Self.bytes(path), named: path)
    }

    /// The fixtures in git, and those of `Tests/Reference/run.sh --fresh`.
    private static let caseFiles: [String] = {
        let fresh = ProcessInfo.processInfo.environment["TINTYPE_REFERENCE_CASES"]?.split(separator: ":") ?? []
        return ([folder[...]] + fresh.map { $0 + "/" }).map { $0 + "tokenizer/cases.json" }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }()

    @Test(arguments: caseFiles) func `tokens and texts are those of the reference`(file: String) throws {
        for one in try JSONDecoder().decode([Case].self, from: Data(Self.bytes(file))) {
            #expect(tokenizer.encode(one.text) == one.ids, "\(one.text.debugDescription)")
            #expect(tokenizer.detokenize(one.ids, skipsSpecial: false) == one.decoded)
            #expect(tokenizer.detokenize(one.ids, skipsSpecial: true) == one.clean)
            var stream = StreamingDetokenizer(tokenizer, skipsSpecial: false)
            let pieces = one.ids.map { stream.append($0) } + [stream.finish()]
            #expect(pieces.joined().utf8.elementsEqual(one.decoded.utf8))
        }
    }

    @Test(.enabled(if: hasReleased, "the released tokenizer is not here: ../shared/reference/release"))
    func `the released vocabulary gives the released tokens`() throws {
        struct Known: Decodable {
            var text: String
            var ids: [TokenID]
        }
        let path = Self.released + "release/tokenizer.json"
        let released = try Tokenizer(tokenizerJSON: Self.bytes(path), named: path)
        #expect(released.vocabularySize == 248_094 && released.tokenID(of: "<|image_pad|>") == 248_056)
        struct File: Decodable { var tokens: [Known] }
        let known = try JSONDecoder().decode(
            File.self, from: Data(Self.bytes(Self.released + "fixtures_real/real_tokens.json")))
        #expect(!known.tokens.isEmpty)
        for row in known.tokens { #expect(released.encode(row.text) == row.ids, "\(row.text.debugDescription)") }
    }

    @Test func `what is encoded comes back in its composed form`() {
        var rng = SeededGenerator(seed: 31)
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &rng) {
                let value = UInt32.random(in: 0...(Bool.random(using: &rng) ? 0x3FF : 0x2FFFF), using: &rng)
                if let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned {
                    text.append(scalar)
                }
            }
            let plain = String(text)
            let back = tokenizer.detokenize(tokenizer.encodePlain(plain), skipsSpecial: false)
            // Compared by canonical equivalence, as Swift's strings are.
            #expect(back == plain)
        }
    }

    /// What Foundation or the standard library (Swift 6.3) composes or leaves wrongly.
    @Test(arguments: [
        ("\u{10041}\u{301}", "\u{10041}\u{301}"), ("\u{1113}\u{1163}", "\u{1113}\u{1163}"),
        ("\u{0F73}", "\u{0F71}\u{0F72}"), ("a\u{0F75}\u{31B}", "a\u{0F71}\u{0F74}\u{31B}"),
        ("\u{0FB2}\u{0F81}", "\u{0FB2}\u{0F71}\u{0F80}"), ("\u{11099}\u{110BA}", "\u{1109A}"),
    ])
    func `rare characters compose as Unicode says`(text: String, composed: String) {
        #expect(Array(tokenizer.detokenize(tokenizer.encode(text), skipsSpecial: false).utf8) == Array(composed.utf8))
    }

    @Test func `names of tokens in others' words stay text`() throws {
        let name = "<|im_end|>"
        let token = try #require(tokenizer.tokenID(of: name))
        #expect(tokenizer.encode("a" + name).last == token)
        #expect(!tokenizer.encodePlain("a" + name).contains(token))
        #expect(tokenizer.detokenize(tokenizer.encodePlain(name), skipsSpecial: true) == name)
        let runs = [Tokenizer.Run(name, namesTokens: true), Tokenizer.Run("x" + name, namesTokens: false)]
        #expect(tokenizer.encode(runs).count { $0 == token } == 1)
    }

    @Test func `pieces go across the borders of runs`() {
        let whole = tokenizer.encode("Hello wide world")
        for cut in 1..<15 {
            let text = "Hello wide world"
            let runs = [
                Tokenizer.Run(String(text.prefix(cut)), namesTokens: true),
                Tokenizer.Run(String(text.dropFirst(cut)), namesTokens: false),
            ]
            #expect(tokenizer.encode(runs) == whole)
        }
    }

    @Test func `a stream shows no half character`() {
        for text in ["😀", "né", "你好", "\u{1F1E9}\u{1F1EA}"] {
            var stream = StreamingDetokenizer(tokenizer, skipsSpecial: false)
            var shown = ""
            for byte in text.utf8 {
                shown += stream.append(tokenizer.token(of: byte))
                #expect(!shown.contains("\u{FFFD}"))
            }
            #expect(shown == text && stream.finish().isEmpty)
        }
        var cut = StreamingDetokenizer(tokenizer, skipsSpecial: false)
        #expect(cut.append(tokenizer.token(of: 0xE4)).isEmpty && cut.finish() == "\u{FFFD}")
    }

    @Test func `tokens outside the vocabulary are nothing`() {
        #expect(tokenizer.bytes(of: -1).isEmpty && tokenizer.bytes(of: .max).isEmpty)
        #expect(tokenizer.detokenize([-5, .max], skipsSpecial: false).isEmpty)
    }

    @Test func `a tokenizer that is cut off anywhere is refused`() throws {
        let sound = try Self.bytes(Self.folder + "tiny/tokenizer.json")
        for length in stride(from: 0, to: sound.count - 4, by: 97) {
            #expect(throws: TokenizationError.self) {
                try Tokenizer(tokenizerJSON: Array(sound[..<length]), named: "t")
            }
        }
    }

    @Test func `a damaged tokenizer never crashes`() throws {
        let sound = try Self.bytes(Self.folder + "tiny/tokenizer.json")
        var rng = SeededGenerator(seed: 33)
        for _ in 0..<300 {
            var bytes = sound
            for _ in 0...3 {
                bytes[Int.random(in: 0..<bytes.count, using: &rng)] = UInt8.random(in: 0x20...0x7E, using: &rng)
            }
            if let damaged = try? Tokenizer(tokenizerJSON: bytes, named: "t") {
                _ = damaged.encode("Hello, 世界 <|im_end|>")
            }
        }
    }

    @Test(arguments: [
        (#""BPE""#, #""Unigram""#), (#""NFC""#, #""NFKC""#), (#"\\p{M}]+"#, #"]+"#),
        (#""ignore_merges": false"#, #""ignore_merges": true"#),
    ])
    func `another kind of tokenizer is refused by what differs`(known: String, other: String) throws {
        let text = String(decoding: try Self.bytes(Self.folder + "tiny/tokenizer.json"), as: UTF8.self)
        let changed = text.replacing(known, with: other)
        #expect(changed != text)
        let error = #expect(throws: TokenizationError.self) {
            try Tokenizer(tokenizerJSON: Array(changed.utf8), named: "t")
        }
        #expect(error?.code == .unsupported)
    }
}
