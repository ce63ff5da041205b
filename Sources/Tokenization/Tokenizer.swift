/// Text to tokens and back: byte-level byte-pair encoding as the Qwen3.5 family has it. MODEL.md §7.
///
/// Copies share the tables.
public struct Tokenizer: Sendable {
    /// What all copies share.
    private final class Tables: Sendable {
        let vocabulary: Vocabulary
        let merges: BytePairMerges
        /// The token of each single byte.
        let byteTokens: [TokenID]
        /// Added tokens by their first byte, the longest first.
        let addedByFirstByte: [UInt8: [Vocabulary.Added]]

        init(_ vocabulary: Vocabulary, _ merges: BytePairMerges, byteTokens: [TokenID]) {
            self.vocabulary = vocabulary
            self.merges = merges
            self.byteTokens = byteTokens
            addedByFirstByte = Dictionary(grouping: vocabulary.added.filter { !$0.content.isEmpty }) { $0.content[0] }
                .mapValues { $0.sorted { $0.content.count > $1.content.count } }
        }
    }

    private let tables: Tables

    /// The tokenizer of these tables.
    ///
    /// - Throws: where a byte has no token: then not every text could be written.
    init(_ vocabulary: Vocabulary, _ merges: BytePairMerges, named name: String) throws(TokenizationError) {
        var byteTokens: [TokenID] = []
        for byte in UInt8.min...UInt8.max {
            guard let token = vocabulary.base([byte]) else {
                throw .malformed(name, "it has no token for the byte \(byte)")
            }
            byteTokens.append(token)
        }
        tables = Tables(vocabulary, merges, byteTokens: byteTokens)
    }

    /// How many tokens there are, the added ones among them.
    public var vocabularySize: Int { tables.vocabulary.count }

    /// A stretch of a text.
    public struct Run: Sendable {
        /// The text.
        public var text: String
        /// Whether names of added tokens in it become those tokens; else they are nothing but text.
        public var namesTokens: Bool

        /// A stretch of a text.
        public init(_ text: String, namesTokens: Bool) {
            self.text = text
            self.namesTokens = namesTokens
        }
    }

    /// The tokens of a text; names of added tokens in it become those tokens.
    public func encode(_ text: String) -> [TokenID] { encode([Run(text, namesTokens: true)]) }

    /// The tokens of a text in which names of added tokens are nothing but text: for what others wrote.
    public func encodePlain(_ text: String) -> [TokenID] { encode([Run(text, namesTokens: false)]) }

    /// The tokens of stretches that are one text: pieces and merges go across their borders.
    public func encode(_ runs: [Run]) -> [TokenID] {
        var tokens: [TokenID] = []
        var plain: [UInt8] = []
        for run in runs {
            guard run.namesTokens else {
                plain.append(contentsOf: run.text.utf8)
                continue
            }
            let bytes = Array(run.text.utf8)
            var place = 0
            while place < bytes.count {
                if let added = addedToken(in: bytes, at: place) {
                    encodePlain(plain[...], to: &tokens)
                    plain.removeAll(keepingCapacity: true)
                    tokens.append(added.id)
                    place += added.content.count
                } else {
                    plain.append(bytes[place])
                    place += 1
                }
            }
        }
        encodePlain(plain[...], to: &tokens)
        return tokens
    }

    private func addedToken(in bytes: [UInt8], at place: Int) -> Vocabulary.Added? {
        tables.addedByFirstByte[bytes[place]]?.first { bytes[place...].starts(with: $0.content) }
    }

    private func encodePlain(_ bytes: ArraySlice<UInt8>, to tokens: inout [TokenID]) {
        guard !bytes.isEmpty else { return }
        let normalised = ComposedForm.of(bytes)
        let scanner = PieceScanner(normalised)
        var piece: [TokenID] = []
        var start = 0
        while start < normalised.count {
            let end = scanner.end(from: start)
            piece.removeAll(keepingCapacity: true)
            for byte in normalised[start..<end] { piece.append(tables.byteTokens[Int(byte)]) }
            tables.merges.apply(to: &piece)
            tokens.append(contentsOf: piece)
            start = end
        }
    }

    /// The token of a name, as "<|im_end|>".
    public func tokenID(of name: String) -> TokenID? {
        let bytes = Array(name.utf8)
        return tables.vocabulary.added.first { $0.content == bytes }?.id ?? tables.vocabulary.base(bytes)
    }

    /// The token of a single byte.
    public func token(of byte: UInt8) -> TokenID { tables.byteTokens[Int(byte)] }

    /// The bytes that a token stands for; none for numbers outside the vocabulary.
    public func bytes(of id: TokenID) -> ArraySlice<UInt8> { tables.vocabulary.bytes(of: id) }

    /// Whether a token is hidden when special tokens are skipped.
    public func isSpecial(_ id: TokenID) -> Bool { tables.vocabulary.added(id)?.isSpecial ?? false }

    /// Whether a token was added to the base vocabulary: no text of the model's own.
    public func isAdded(_ id: TokenID) -> Bool { tables.vocabulary.added(id) != nil }

    /// The text of tokens; bytes that are no UTF-8 are replaced.
    public func detokenize(_ ids: [TokenID], skipsSpecial: Bool) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skipsSpecial && isSpecial(id)) { bytes.append(contentsOf: self.bytes(of: id)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
