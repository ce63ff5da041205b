import Tensors
import Tokenization

/// States of the model behind beginnings of prompts that were read lately: whoever begins so goes on from there, and gets what
/// reading all again would give, but for the rounding of a prompt that is cut elsewhere.
///
/// Used by one thread at a time: the engine's.
final class KnownStarts {
    /// Bytes that are kept: four or five short states, or one of 3,000 tokens.
    private let limit: Int
    /// From the one that was used longest ago on.
    private var known: [(start: PromptStart, state: SequenceState)] = []

    init(limit: Int = 96 << 20) { self.limit = limit }

    /// The state behind the longest known beginning of a prompt, of which a copy may go on; `nil`: none is known.
    func state(for prompt: Prompt, _ special: SpecialTokens) -> SequenceState? {
        let fits = known.indices.filter { index in
            let start = known[index].start
            return start.tokens.count < prompt.tokens.count && prompt.tokens.starts(with: start.tokens)
                && prompt.start(start.tokens.count, special) == start
        }
        guard let longest = fits.max(by: { known[$0].state.position < known[$1].state.position }) else { return nil }
        let found = known.remove(at: longest)
        known.append(found)
        return found.state
    }

    /// Keeps a copy of a state, at the cost of those that were used longest ago.
    func keep(_ state: SequenceState, behind start: PromptStart) {
        guard state.byteCount <= limit, !known.contains(where: { $0.start == start }) else { return }
        known.append((start, state.copy()))
        while known.reduce(0, { $0 + $1.state.byteCount }) > limit { known.removeFirst() }
    }
}
