import JSONScanning

extension Tokenizer {
    /// Reads Hugging Face's tokenizer.json. `name` is the file, for messages.
    ///
    /// - Throws: where it is broken, or of another kind than byte-level BPE with the split of the Qwen3.5 family.
    public init(tokenizerJSON bytes: [UInt8], named name: String) throws(TokenizationError) {
        var file = TokenizerFile()
        do throws(JSONScanner.Fault) {
            var scanner = JSONScanner(bytes)
            try file.read(&scanner)
        } catch {
            throw .malformed(name, "its JSON ends or errs at byte \(error.offset)")
        }
        if let difference = file.difference { throw .unsupported(name, difference) }
        let vocabulary = try file.vocabulary(name)
        try self.init(vocabulary, try file.merges(vocabulary, name), named: name)
    }

    /// From the metadata of a GGUF file: `tokenizer.ggml.tokens`, `token_type` and `merges`.
    ///
    /// - Throws: where tokens and types differ in number, or a merge makes no token.
    public init(tokens: [String], types: [Int32], merges: [String]) throws(TokenizationError) {
        let name = "of the GGUF file"
        guard tokens.count == types.count else { throw .malformed(name, "it has fewer types than tokens") }
        var vocabulary = Vocabulary()
        for (token, type) in zip(tokens, types) {
            // llama.cpp's numbers: 1 normal, 3 control (hidden), 4 user defined (seen).
            switch type {
            case 3: vocabulary.appendAdded(Array(token.utf8), isSpecial: true)
            case 4: vocabulary.appendAdded(Array(token.utf8), isSpecial: false)
            default: vocabulary.appendBase(token.utf8)
            }
        }
        var table = BytePairMerges(capacity: merges.count)
        for merge in merges { try table.append(TokenizerFile.sides(Array(merge.utf8)), vocabulary, name) }
        try self.init(vocabulary, table, named: name)
    }
}

/// What tokenizer.json says.
private struct TokenizerFile {
    private var tokens: [(id: Int, text: [UInt8])] = []
    private var added: [(id: Int, text: [UInt8], isSpecial: Bool)] = []
    private var pairs: [(left: [UInt8], right: [UInt8])?] = []
    private var kind: [UInt8] = []
    private var normaliser: [UInt8] = []
    private var pattern: [UInt8] = []
    private var ignoresMerges = false

    private static let pattern =
        Array(
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"#.utf8)
        + Array(#"\s*[\r\n]+|\s+(?!\S)|\s+"#.utf8)

    /// In what this tokenizer differs from the ones that are known.
    var difference: String? {
        if kind != Array("BPE".utf8) { return "it is no byte-pair encoding" }
        if ignoresMerges { return "it takes whole pieces for tokens" }
        if normaliser != Array("NFC".utf8) { return "it does not normalise to NFC" }
        if pattern != Self.pattern { return "it splits text otherwise" }
        return nil
    }

    mutating func read(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
        try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
            switch String(decoding: key, as: UTF8.self) {
            case "added_tokens": try scanner.readArray { s throws(JSONScanner.Fault) in try readAdded(&s) }
            case "normalizer": normaliser = try readMember("type", &scanner)
            case "pre_tokenizer": try readSplit(&scanner, depth: 0)
            case "model": try readModel(&scanner)
            default: try scanner.skipValue()
            }
        }
    }

    private mutating func readAdded(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
        var token = (id: -1, text: [UInt8](), isSpecial: false)
        try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
            switch String(decoding: key, as: UTF8.self) {
            case "id": token.id = try scanner.readCount()
            case "content": token.text = try scanner.readString()
            case "special": token.isSpecial = try scanner.readFlag()
            default: try scanner.skipValue()
            }
        }
        added.append(token)
    }

    private mutating func readModel(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
        try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
            switch String(decoding: key, as: UTF8.self) {
            case "type": kind = try scanner.readString()
            case "ignore_merges": ignoresMerges = try scanner.readFlag()
            case "vocab":
                try scanner.readObject { text, scanner throws(JSONScanner.Fault) in
                    tokens.append((try scanner.readCount(), text))
                }
            case "merges": try scanner.readArray { s throws(JSONScanner.Fault) in try readMerge(&s) }
            default: try scanner.skipValue()
            }
        }
    }

    /// Newer files write `["a", "b"]`, older ones `"a b"`.
    private mutating func readMerge(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
        guard try scanner.peek() == UInt8(ascii: "[") else {
            pairs.append(Self.sides(try scanner.readString()))
            return
        }
        var sides: [[UInt8]] = []
        try scanner.readArray { scanner throws(JSONScanner.Fault) in sides.append(try scanner.readString()) }
        pairs.append(sides.count == 2 ? (sides[0], sides[1]) : nil)
    }

    /// The sides of a merge that is written with a space; `nil`: it is none.
    static func sides(_ merge: [UInt8]) -> (left: [UInt8], right: [UInt8])? {
        guard let space = merge.firstIndex(of: 0x20) else { return nil }
        return (Array(merge[..<space]), Array(merge[(space + 1)...]))
    }

    private func readMember(_ name: String, _ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> [UInt8] {
        guard try scanner.peek() == UInt8(ascii: "{") else {
            try scanner.skipValue()
            return []
        }
        var value: [UInt8] = []
        try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
            if key == Array(name.utf8) { value = try scanner.readString() } else { try scanner.skipValue() }
        }
        return value
    }

    /// The regular expression, wherever in the pre-tokenizer's steps it stands.
    private mutating func readSplit(_ scanner: inout JSONScanner, depth: Int) throws(JSONScanner.Fault) {
        guard depth < 8, try scanner.peek() == UInt8(ascii: "{") else { return try scanner.skipValue() }
        try scanner.readObject { key, scanner throws(JSONScanner.Fault) in
            switch String(decoding: key, as: UTF8.self) {
            case "pretokenizers":
                try scanner.readArray { scanner throws(JSONScanner.Fault) in
                    try readSplit(&scanner, depth: depth + 1)
                }
            case "pattern": pattern = try readMember("Regex", &scanner)
            default: try scanner.skipValue()
            }
        }
    }

    func vocabulary(_ name: String) throws(TokenizationError) -> Vocabulary {
        var texts = [[UInt8]?](repeating: nil, count: tokens.count)
        for (id, text) in tokens {
            guard id < texts.count, texts[id] == nil else { throw .malformed(name, "its token numbers have gaps") }
            texts[id] = text
        }
        var vocabulary = Vocabulary()
        for case .some(let text) in texts { vocabulary.appendBase(text) }
        for (id, text, isSpecial) in added.sorted(by: { $0.id < $1.id }) {
            guard id == vocabulary.count else { throw .malformed(name, "its added tokens do not follow the others") }
            vocabulary.appendAdded(text, isSpecial: isSpecial)
        }
        return vocabulary
    }

    func merges(_ vocabulary: Vocabulary, _ name: String) throws(TokenizationError) -> BytePairMerges {
        var table = BytePairMerges(capacity: pairs.count)
        for pair in pairs { try table.append(pair, vocabulary, name) }
        return table
    }
}

extension BytePairMerges {
    /// Adds a merge that is written in the byte alphabet.
    fileprivate mutating func append(
        _ pair: (left: [UInt8], right: [UInt8])?, _ vocabulary: Vocabulary, _ name: String
    ) throws(TokenizationError) {
        var (left, right): ([UInt8], [UInt8]) = ([], [])
        guard let pair, ByteAlphabet.append(pair.left, to: &left), ByteAlphabet.append(pair.right, to: &right),
            let leftToken = vocabulary.base(left), let rightToken = vocabulary.base(right),
            let merged = vocabulary.base(left + right)
        else { throw .malformed(name, "it merges what are no tokens") }
        append(leftToken, rightToken, makes: merged)
    }
}
