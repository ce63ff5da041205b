import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import FirstLook

/// Sentences as vectors: the fast way against the definition, with a small network made here.
struct SentenceEncoderTests {
    private let file: E5File

    init() throws {
        var made = MadeEncoder()
        file = try E5File(made.bytes(), in: try TemporaryDirectory())
    }

    private func encoder(threads: Int = 1) throws -> SentenceEncoder {
        try SentenceEncoder(file, on: ComputePool(threads: threads))
    }

    /// Of one token, of some, of as many as there are positions, of one more, of several windows.
    private static let texts = ["", "a", "ab ab", "?", "ab a b", "ab a bb", "ab ab ab ab ab ab ab ab ab ab ab"]

    /// What goes through the network at once: windows of ten tokens between a beginning and an end.
    private func windows(_ tokens: [Int]) -> [[Int]] {
        stride(from: 0, to: tokens.count, by: 10).map { [0] + tokens[$0..<min($0 + 10, tokens.count)] + [2] }
    }

    /// Two layers in float32: sums in another order stay within 1e-5 of the largest number.
    private static func agree(_ a: [Float], _ b: [Double]) -> Bool {
        let largest = b.map(abs).max() ?? 0
        return a.count == b.count && largest > 0 && zip(a, b).allSatisfy { abs(Double($0) - $1) <= 1e-5 * largest }
    }

    @Test(arguments: texts) func `a vector is what its definition says`(text: String) throws {
        let encoder = try encoder()
        for role in [SentenceEncoder.Role.query, .passage] {
            let expected = try SentenceEncoder.reference(windows(encoder.tokens(of: text, as: role)), file)
            #expect(Self.agree(encoder.vector(of: text, as: role), expected))
        }
    }

    @Test func `several texts at once have the vectors of each alone, in their order`() throws {
        let encoder = try encoder()
        // More rows than go through the network at once.
        let texts = (0..<80).map { Self.texts[$0 % Self.texts.count] }
        let together = encoder.vectors(of: texts, as: .passage)
        #expect(together.count == texts.count)
        for (text, vector) in zip(texts, together) {
            #expect(Self.agree(vector, encoder.vector(of: text, as: .passage).map(Double.init)))
        }
        #expect(encoder.vectors(of: [], as: .query) == [])
    }

    @Test func `the bits do not depend on how many threads there are`() throws {
        let one = try encoder().vectors(of: Self.texts, as: .query)
        #expect(try encoder(threads: 3).vectors(of: Self.texts, as: .query) == one)
        #expect(one.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5 })
    }

    @Test func `a query and a passage differ, and so do texts`() throws {
        let encoder = try encoder()
        let vectors = encoder.vectors(of: ["a", "b"], as: .query) + [encoder.vector(of: "a", as: .passage)]
        #expect(vectors[0] != vectors[1] && vectors[0] != vectors[2])
    }

    @Test func `a meaning is a vector seen from the middle of its role's usual texts`() throws {
        let encoder = try encoder()
        for role in [SentenceEncoder.Role.query, .passage] {
            let usual = encoder.vectors(of: UsualTexts.builtIn.texts(for: role), as: role)
            let moved = encoder.vector(of: "ab", as: role).enumerated().map { column, number in
                Double(number) - usual.reduce(0) { $0 + Double($1[column]) } / Double(usual.count)
            }
            let length = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(Self.agree(encoder.meaning(of: "ab", as: role), moved.map { $0 / length }))
            #expect(encoder.meanings(of: ["a", "ab"], as: role)[1] == encoder.meaning(of: "ab", as: role))
        }
    }

    @Test func `there are usual texts for both roles`() {
        let texts = UsualTexts("# A remark.\nquery\tred car\npassage\tA car.\nquery\t赤い車\n")
        #expect(texts.texts(for: .query) == ["red car", "赤い車"] && texts.texts(for: .passage) == ["A car."])
        #expect(UsualTexts.builtIn.texts(for: .query).count > 100)
        #expect(UsualTexts.builtIn.texts(for: .passage).count > 50)
    }

    @Test func `of an endless text the beginning counts`() throws {
        let encoder = try encoder()
        let text = String(repeating: "ab", count: 1 << 19)
        let tokens = encoder.tokens(of: text, as: .passage)
        #expect(tokens.count == SentenceEncoder.mostWindows * 10)
        #expect(encoder.vector(of: text, as: .passage) == encoder.vector(of: String(text.prefix(1000)), as: .passage))
    }

    @Test func `a network of another width is refused`() throws {
        let folder = try TemporaryDirectory()
        var made = MadeEncoder()
        let path = try folder.write(made.bytes(), to: "encoder.bin").text
        let error = #expect(throws: WeightFileError.self) {
            try SentenceEncoder(try WeightMap(path: path), on: ComputePool(threads: 1))
        }
        #expect(error?.code == .wrongShape && error?.message.contains("24×32") == true)
    }
}
