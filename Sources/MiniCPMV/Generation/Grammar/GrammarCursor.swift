import Tokenization

/// Where one answer is in its form.
struct GrammarCursor: Sendable {
    private let grammar: AnswerGrammar
    private var stacks: Set<GrammarStack>

    init(_ grammar: AnswerGrammar) {
        self.grammar = grammar
        stacks = grammar.machine.start
    }

    /// Whether nothing more may follow.
    var isComplete: Bool { !stacks.isEmpty && stacks.allSatisfy(\.isComplete) }

    /// The tokens that may follow; those that stop, where the answer is whole.
    var allowed: TokenMask { grammar.allowed(stacks) }

    /// Moves on by a token.
    ///
    /// - Traps on one that is not allowed.
    mutating func accept(_ token: TokenID) {
        for byte in grammar.tokenizer.bytes(of: token) { stacks = grammar.machine.advanced(stacks, byte) }
        precondition(!stacks.isEmpty, "a token that the form does not allow")
    }

    /// Tokens that come whatever the model says: fed at once instead of one by one.
    ///
    /// Without the last one where the model has a say after it: as text is cut into tokens, a quote belongs to the word
    /// that follows it, and the model is used to that.
    func forced() -> [TokenID] {
        var (ahead, bytes) = (stacks, [UInt8]())
        // The longest literal of a sensible form; a longer one is forced in several turns.
        while bytes.count < 512, !ahead.isEmpty, !ahead.contains(where: \.isComplete) {
            guard let byte = onlyByte(ahead) else { break }
            bytes.append(byte)
            ahead = grammar.machine.advanced(ahead, byte)
        }
        guard let tokens = tokens(of: bytes) else { return [] }
        let isEnd = !ahead.isEmpty && ahead.allSatisfy(\.isComplete)
        return isEnd ? tokens : Array(tokens.dropLast())
    }

    private func onlyByte(_ stacks: Set<GrammarStack>) -> UInt8? {
        var only: UInt8?
        for stack in stacks {
            // Anything but fixed bytes leaves a choice.
            guard case .bytes(let bytes, let from) = stack.items.last, only.map({ $0 == bytes[from] }) ?? true else {
                return nil
            }
            only = bytes[from]
        }
        return only
    }

    /// The tokens of the shortest way to a whole answer: for when the budget ends.
    func closing() -> [TokenID] {
        let bytes = grammar.machine.closing(stacks)
        // The rest of a character that is begun is no text of its own.
        let rest = bytes.prefix { $0 & 0xC0 == 0x80 }
        let text = bytes.dropFirst(rest.count)
        return rest.map { grammar.tokenizer.token(of: $0) }
            + (tokens(of: Array(text)) ?? text.map { grammar.tokenizer.token(of: $0) })
    }

    /// Text as it is cut into tokens; `nil`: it is none, or composition changes its bytes.
    private func tokens(of bytes: [UInt8]) -> [TokenID]? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let tokens = grammar.tokenizer.encodePlain(text)
        return Array(tokens.map { grammar.tokenizer.bytes(of: $0) }.joined()) == bytes ? tokens : nil
    }
}
