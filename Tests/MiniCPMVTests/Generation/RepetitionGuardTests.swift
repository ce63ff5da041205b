import Foundation
import MediaTypes
import TestSupport
import Testing
import Tokenization

@testable import MiniCPMV

struct RepetitionGuardTests {
    /// What the guard says of tokens, one after the other; ends where it ends.
    private func verdicts(_ tokens: [TokenID]) -> [RepetitionGuard.Verdict] {
        var loops = RepetitionGuard()
        var verdicts: [RepetitionGuard.Verdict] = []
        for token in tokens {
            verdicts.append(loops.append(token, text: ""))
            if verdicts.last == .end { break }
        }
        return verdicts
    }

    private func ends(_ text: String) throws -> Bool {
        let path = Fixtures.directory.text + "/Reference/tiny/tokenizer.json"
        let tokenizer = try Tokenizer(tokenizerJSON: [UInt8](Data(contentsOf: URL(filePath: path))), named: path)
        var (loops, detokenizer) = (RepetitionGuard(), StreamingDetokenizer(tokenizer, skipsSpecial: true))
        return tokenizer.encodePlain(text).contains { loops.append($0, text: detokenizer.append($0)) == .end }
    }

    @Test(arguments: [1, 2, 7, 30, 100, 200])
    func `a loop of any period is discouraged first, then ended`(period: Int) throws {
        let verdicts = verdicts((0..<2000).map { TokenID($0 % period) })
        #expect(verdicts.last == .end && verdicts.count <= max(4 * period, period + 121))
        let first = try #require(verdicts.firstIndex { $0 != .fine })
        // The token that would go on in the circle.
        #expect(verdicts[first] == .discourage([TokenID((first + 1) % period)]))
    }

    @Test func `a loop is found after an honest beginning`() {
        let verdicts = verdicts((1000..<1500).map { TokenID($0) } + (0..<800).map { TokenID($0 % 11) })
        #expect(verdicts.last == .end && verdicts.prefix(500).allSatisfy { $0 == .fine })
    }

    @Test func `lines that count up without end are ended`() throws {
        #expect(try ends((1...200).map { "\($0). A cat sits on a mat.\n" }.joined()))
    }

    @Test func `honest repetition is left alone`() throws {
        let texts = [
            String(repeating: "-", count: 36) + "\n", "ha ha ha ha ha ha ha ha!",
            (1...30).map { "\($0). item\n" }.joined(),
            (1...60).map { "\($0),\($0 * 7 % 13),0,0,0\n" }.joined(),
            (1...40).map { "| name \($0) | \(["red", "green", "blue"][$0 % 3]) | \($0 * $0) |\n" }.joined(),
            "Row, row, row your boat,\ngently down the stream.\nMerrily, merrily, merrily, merrily,\nlife is but a dream.\n",
            (0..<30).map { "case .kind\($0): return \($0)\nbreak\n" }.joined(),
        ]
        for text in texts { #expect(try !ends(text), "\(text.prefix(40))") }
    }

    @Test func `a licence is no loop`() throws {
        let license = Fixtures.directory.text + "/../../LICENSE"
        #expect(try !ends(String(contentsOfFile: license, encoding: .utf8)))
    }
}
