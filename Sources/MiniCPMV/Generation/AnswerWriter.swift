import Tokenization

/// Writes one answer: chooses tokens from logits, keeps to the form, notices loops, and turns tokens into events.
///
/// Pure: it computes nothing of the model, and knows no other answer.
struct AnswerWriter: Sendable {
    private let model: SpecialTokens
    private let tokenizer: Tokenizer
    private let maxTokens: Int
    private var sampler: Sampler
    private var form: GrammarCursor?
    private var isThinking: Bool
    private var loops = RepetitionGuard()
    private var discouraged: [TokenID] = []
    private var detokenizer: StreamingDetokenizer
    private var reader: AnswerReader
    /// Answers in a form are code: their `\n` stay as they are.
    private var lineBreaks: LineBreaks?
    private var stops: StopStrings
    private var count = 0
    private var hasToolCalls = false
    private var isLooping = false
    /// Why the answer ended; `nil`: it goes on.
    private(set) var ended: FinishReason?

    /// Tokens beyond a form's shortest end at which it is brought to that end.
    private static let formReserve = 4

    init(
        _ request: GenerationRequest, _ grammar: AnswerGrammar?, prompt: [TokenID], maxTokens: Int, _ model: LoadedModel
    ) {
        self.model = model.tokens
        self.maxTokens = maxTokens
        tokenizer = model.tokenizer
        sampler = Sampler(request.sampling, prompt: prompt)
        form = grammar.map { GrammarCursor($0) }
        isThinking = request.thinks
        detokenizer = StreamingDetokenizer(model.tokenizer, skipsSpecial: true)
        reader = AnswerReader(thinks: request.thinks, tools: request.tools)
        lineBreaks = grammar == nil ? LineBreaks() : nil
        stops = StopStrings(request.stops)
    }

    /// How many tokens the answer has.
    var completionTokens: Int { count }

    /// Chooses what comes next: the tokens to be read by the model, and what of the answer is now certain. Tokens that
    /// the form dictates come several at once. Ends where `ended` is set.
    mutating func next(_ logits: inout [Float]) -> (tokens: [TokenID], events: [GenerationEvent]) {
        var (tokens, events): ([TokenID], [GenerationEvent]) = ([], [])
        func take(_ token: TokenID, _ writer: inout AnswerWriter) {
            tokens.append(token)
            events += writer.accept(token)
        }
        if let closing = closingTokens() {
            for token in closing { take(token, &self) }
            end(isLooping ? .repetition : .length, &events)
            return (tokens, events)
        }
        let allowed = isThinking ? nil : form?.allowed
        let token = sampler.next(&logits, allowed: allowed, discouraged: discouraged)
        guard !model.stops.contains(token) else {
            end(hasToolCalls ? .toolCalls : .stop, &events)
            return (tokens, events)
        }
        take(token, &self)
        if stops.isStopped || (form?.isComplete ?? false) && !isThinking {
            end(.stop, &events)
        } else if isLooping, form == nil {
            end(.repetition, &events)
        } else if count >= maxTokens {
            end(.length, &events)
        } else if closingTokens() == nil {
            for token in forcedTokens() { take(token, &self) }
        }
        return (tokens, events)
    }

    /// What the answer begins with, whatever the model says.
    mutating func opening() -> (tokens: [TokenID], events: [GenerationEvent]) {
        let tokens = forcedTokens()
        return (tokens, tokens.flatMap { accept($0) })
    }

    private func forcedTokens() -> [TokenID] {
        guard let form, !isThinking else { return [] }
        let forced = form.forced()
        return count + forced.count + Self.formReserve < maxTokens ? forced : []
    }

    /// The rest of a form that must be closed now: the budget is used up, or the answer goes round in circles.
    private func closingTokens() -> [TokenID]? {
        guard let form else { return nil }
        // Closing takes longer than this only for forms that demand much text; the common case costs nothing.
        guard isLooping || maxTokens - count <= 4096 else { return nil }
        let closing = (isThinking ? [model.thoughtEnd] : []) + form.closing()
        return isLooping || count + closing.count + Self.formReserve >= maxTokens ? closing : nil
    }

    private mutating func accept(_ token: TokenID) -> [GenerationEvent] {
        count += 1
        sampler.accept(token)
        let text = detokenizer.append(token)
        if isThinking, token == model.thoughtEnd {
            isThinking = false
        } else if !isThinking {
            form?.accept(token)
        }
        switch loops.append(token, text: text) {
        case .fine: discouraged = []
        case .discourage(let tokens): discouraged = tokens
        case .end: isLooping = true
        }
        return events(reader.append(text))
    }

    private mutating func end(_ reason: FinishReason, _ events: inout [GenerationEvent]) {
        events += self.events(reader.append(detokenizer.finish()) + reader.finish())
        let rest = stops.append(lineBreaks?.finish() ?? "") + stops.finish()
        if !rest.isEmpty { events.append(.text(rest)) }
        ended = reason == .stop && hasToolCalls ? .toolCalls : reason
    }

    private mutating func events(_ pieces: [AnswerPiece]) -> [GenerationEvent] {
        pieces.compactMap { piece in
            switch piece {
            case .reasoning(let text): return .reasoning(text)
            case .text(let text):
                let shown = stops.append(lineBreaks?.append(text) ?? text)
                return shown.isEmpty ? nil : .text(shown)
            case .toolCall(let call):
                hasToolCalls = true
                return .toolCall(call)
            }
        }
    }
}
