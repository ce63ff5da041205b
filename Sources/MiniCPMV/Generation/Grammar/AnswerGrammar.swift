import Synchronization
import Tokenization

/// What tokens may come next so that an answer follows a JSON schema. Shared by all answers of one form: what is worked
/// out for one is there for all.
final class AnswerGrammar: Sendable {
    let machine: GrammarMachine
    let tokenizer: Tokenizer
    private let vocabulary: GrammarVocabulary
    private let masks = Mutex<[Set<GrammarStack>: TokenMask]>([:])

    /// Masks of a vocabulary of 248,094 tokens take 31 KiB each.
    private static let maskLimit = 512

    /// - Throws: where the schema cannot be followed.
    init(schema: JSON, vocabulary: GrammarVocabulary) throws(ModelError) {
        machine = GrammarMachine(try SchemaNodes(schema))
        self.vocabulary = vocabulary
        tokenizer = vocabulary.tokenizer
    }

    /// The tokens that may follow.
    func allowed(_ stacks: Set<GrammarStack>) -> TokenMask {
        let key = Set(stacks.map { capped($0) })
        if let known = masks.withLock({ $0[key] }) { return known }
        let mask = vocabulary.mask(key, machine)
        masks.withLock { masks in
            if masks.count >= Self.maskLimit { masks.removeAll() }
            masks[key] = mask
        }
        return mask
    }

    private func capped(_ stack: GrammarStack) -> GrammarStack {
        guard case .string(let state) = stack.items.last else { return stack }
        return stack.replacingTop([.string(state.capped(at: vocabulary.longestToken))])
    }
}

/// A vocabulary seen by a grammar: tokens by their first byte, those that any string may hold apart.
final class GrammarVocabulary: Sendable {
    let tokenizer: Tokenizer
    /// The longest token in bytes.
    let longestToken: Int
    /// Tokens that end an answer.
    private let stopTokens: [TokenID]
    /// Tokens of whole characters that a string holds without escapes: allowed or not as one, where no bound is near.
    private let plain: TokenMask
    private let plainTokens: [[TokenID]]
    private let otherTokens: [[TokenID]]

    init(_ tokenizer: Tokenizer, stopTokens: [TokenID]) {
        self.tokenizer = tokenizer
        self.stopTokens = stopTokens
        var longest = 0
        var plain = TokenMask(size: tokenizer.vocabularySize)
        var byFirst = (plain: [[TokenID]](repeating: [], count: 256), other: [[TokenID]](repeating: [], count: 256))
        for token in 0..<TokenID(tokenizer.vocabularySize) where !tokenizer.isAdded(token) {
            let bytes = tokenizer.bytes(of: token)
            guard let first = bytes.first else { continue }
            longest = max(longest, bytes.count)
            if Self.isPlain(bytes) {
                plain.insert(token)
                byFirst.plain[Int(first)].append(token)
            } else {
                byFirst.other[Int(first)].append(token)
            }
        }
        longestToken = longest
        self.plain = plain
        plainTokens = byFirst.plain
        otherTokens = byFirst.other
    }

    private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) else { return false }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    /// The tokens whose bytes can follow, one after the other.
    func mask(_ stacks: Set<GrammarStack>, _ machine: GrammarMachine) -> TokenMask {
        var mask = TokenMask(size: tokenizer.vocabularySize)
        if stacks.contains(where: \.isComplete) { for token in stopTokens { mask.insert(token) } }
        let takesAllPlain = stacks.contains(where: isInsideLongString)
        if takesAllPlain { mask.formUnion(plain) }
        for first in UInt8.min...UInt8.max {
            let next = machine.advanced(stacks, first)
            guard !next.isEmpty else { continue }
            for token in takesAllPlain ? [] : plainTokens[Int(first)] where follows(token, next, machine) {
                mask.insert(token)
            }
            for token in otherTokens[Int(first)] where follows(token, next, machine) { mask.insert(token) }
        }
        return mask
    }

    /// In a string, between characters, with room for any token.
    private func isInsideLongString(_ stack: GrammarStack) -> Bool {
        guard case .string(let state) = stack.items.last else { return false }
        return state.escape == .none && state.continuation.count == 0 && state.most.map { $0 >= longestToken } ?? true
    }

    private func follows(_ token: TokenID, _ stacks: Set<GrammarStack>, _ machine: GrammarMachine) -> Bool {
        var stacks = stacks
        for byte in tokenizer.bytes(of: token).dropFirst() {
            stacks = machine.advanced(stacks, byte)
            guard !stacks.isEmpty else { return false }
        }
        return true
    }
}
