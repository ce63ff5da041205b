import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import FirstLook

/// The file of the sentence encoder: a sound one is read, and nothing in a broken one is believed.
struct E5FileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func `a sound file is read`() throws {
        var made = MadeEncoder()
        let file = try E5File(made.bytes(), in: folder)
        let sizes = file.sizes
        #expect((sizes.width, sizes.layers, sizes.heads, sizes.feedForwardWidth) == (32, 2, 2, 64))
        #expect((sizes.tokens, sizes.positions, sizes.tokenTypes, sizes.epsilon) == (24, 12, 2, 1e-12))
        #expect(file.tensors.count == 5 + 2 * 16)
        #expect(try file.tensor("l1.fo.w").shape == [32, 64])
        let words = file.vocabulary
        #expect(words.first == 0 && words.last == 2 && words.unknown == 3 && words.scores == made.scores)
        #expect(words.bytes == Array(made.pieces.joined().utf8) && words.starts.count == made.pieces.count + 1)
        #expect(words.replacements.map(\.by) == [[], [" "], ["1", "/", "2"]])
    }

    @Test func `a file that is cut off anywhere is refused`() throws {
        var made = MadeEncoder()
        let bytes = made.bytes()
        for count in Array(1..<made.headerEnd) + [made.headerEnd, bytes.count / 2, bytes.count - 1] {
            let error = #expect(throws: WeightFileError.self) { try E5File(Array(bytes[..<count]), in: folder) }
            #expect(error?.code == .malformed, "\(count) bytes: \(error.debugDescription)")
        }
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var code = WeightFileError.Code.malformed
        var words: String
        var change: @Sendable (inout MadeEncoder) -> Void

        init(
            _ name: String, _ words: String, _ code: WeightFileError.Code = .malformed,
            _ change: @escaping @Sendable (inout MadeEncoder) -> Void
        ) {
            (testDescription, self.code, self.words, self.change) = (name, code, words, change)
        }
    }

    /// A field, what becomes of it, and what is said.
    private static let damages =
        [
            Damage("version", "version is 7") { $0.version = 7 },
            Damage("epsilon", "epsilon") { $0.epsilon = .nan },
            Damage("block", "block is 64") { $0.block = 64 },
            Damage("heads", "do not fit") { $0.sizes[2] = 7 },
            Damage("width of no whole blocks", "do not fit") { $0.sizes[0] = 36 },
            Damage("another width", "emb.word", .wrongShape) { $0.sizes[0] = 64 },
            Damage("fewer rows than pieces", "number of pieces is 15") { $0.sizes[4] = 14 },
            Damage("no pieces", "number of pieces is 0") { ($0.pieces, $0.scores) = ([], []) },
            Damage("unknown token", "token for the unknown is 15") { $0.special[3] = 15 },
            Damage("beginning", "token that begins a text is -1") { $0.special[0] = -1 },
            Damage("empty piece", "token 5") { $0.pieces[5] = "" },
            Damage("endless piece", "token 5") { $0.pieces[5] = String(repeating: "a", count: 257) },
            Damage("score", "score of token 6") { $0.scores[6] = -.infinity },
            Damage("order", "out of order") { $0.replacements.swapAt(0, 2) },
            Damage("surrogate", "no character") { $0.replacements[1].1 = [0xD800] },
            Damage("missing tensor", "l1.aln.b", .missingTensor) { $0.renamed = ["l1.aln.b": "l1.aln.c"] },
            Damage("double tensor", "two tensors l0.q.b") { $0.renamed = ["l0.k.b": "l0.q.b"] },
            Damage("type", "unknown type 2") { $0.entry = { if $0 == "l0.k.w" { $1.type = 2 } } },
            Damage("count", "emb.pos", .wrongShape) { $0.entry = { if $0 == "emb.pos" { $1.count = 0xFFFF_FFFF } } },
            Damage("offset", "l0.v.b lies outside") { $0.entry = { if $0 == "l0.v.b" { $1.offset = .max } } },
            Damage("size", "l0.v.b lies outside") { $0.entry = { if $0 == "l0.v.b" { $1.size = .max } } },
            Damage("smaller", "l0.v.b lies outside") { $0.entry = { if $0 == "l0.v.b" { $1.size -= 4 } } },
            Damage("float for four bits", "l0.q.w lies outside") { $0.entry = { if $0 == "l0.q.w" { $1.type = 0 } } },
        ]
        + (0..<7).flatMap { index in
            [Int32(0), -1, .max].map { value in
                Damage("size \(index) \(value)", "is \(value)") { $0.sizes[index] = value }
            }
        }

    @Test(arguments: damages) func `a field that makes no sense is named`(damage: Damage) throws {
        var made = MadeEncoder()
        damage.change(&made)
        let bytes = made.bytes()
        let error = #expect(throws: WeightFileError.self) { try E5File(bytes, in: folder) }
        #expect(
            error?.code == damage.code && error?.message.contains(damage.words) == true,
            "\(error.debugDescription)")
        #expect(error?.message.contains(folder.path.text) == true && error?.remedy.isEmpty == false)
    }

    /// What still is a file is used to its end: a vector may make no sense, but a process must not end.
    @Test func `a header with broken bytes never ends the process`() throws {
        var made = MadeEncoder()
        let sound = made.bytes()
        let pool = ComputePool(threads: 1)
        var refused = 0
        func look(at bytes: [UInt8]) throws {
            do {
                let encoder = try SentenceEncoder(E5File(bytes, in: folder), on: pool)
                #expect(encoder.vector(of: "ab ½ 本 ?", as: .query).count == encoder.vector(of: "", as: .passage).count)
            } catch is WeightFileError { refused += 1 }
        }
        for place in stride(from: 4, to: made.headerEnd, by: 3) {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var bytes = sound
                bytes[place] = value
                try look(at: bytes)
            }
        }
        for seed in 0..<500 {
            let broken = BrokenBytes.bitFlipped(Array(sound[..<made.headerEnd]), count: 3, after: 4, seed: UInt64(seed))
            try look(at: broken + sound[made.headerEnd...])
        }
        #expect(refused > 1000)
    }
}
