import Synchronization
import Tokenization

/// Forms that were asked for, ready to be followed: indexing asks for one and the same all day.
final class FormCache: Sendable {
    private struct Known {
        var vocabulary: GrammarVocabulary?
        var grammars: [(form: JSON, grammar: AnswerGrammar)] = []
    }

    private static let limit = 8
    private let known = Mutex(Known())

    func grammar(_ form: JSON, _ model: LoadedModel) throws(ModelError) -> AnswerGrammar {
        try known.withLock { known throws(ModelError) in
            if let found = known.grammars.first(where: { $0.form == form }) { return found.grammar }
            let vocabulary = known.vocabulary ?? GrammarVocabulary(model.tokenizer, stopTokens: model.tokens.stops)
            known.vocabulary = vocabulary
            let grammar = try AnswerGrammar(schema: form, vocabulary: vocabulary)
            if known.grammars.count >= Self.limit { known.grammars.removeFirst() }
            known.grammars.append((form, grammar))
            return grammar
        }
    }
}
