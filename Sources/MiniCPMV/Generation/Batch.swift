import Tensors
import Tokenization

/// Answers that are written together: each step reads every weight once for all of them.
///
/// Used by one thread at a time: the engine's.
final class Batch {
    /// One answer on its way.
    final class Member {
        let state: SequenceState
        /// Members of the lowest number move on.
        let priority: Int
        fileprivate var writer: AnswerWriter
        /// The prompt's rows behind those that the state has read; none once they are read.
        fileprivate var prompt: Tensor
        fileprivate let promptCount: Int
        fileprivate var promptRead = 0
        /// Tokens that the model has still to read.
        fileprivate var unread: [TokenID] = []
        /// Tokens of the prompt that the state had read before.
        fileprivate let cachedTokens: Int
        /// Rows of `prompt` behind which `keep` is handed the state, ascending, and what it has read there.
        fileprivate var branches: ArraySlice<(row: Int, start: PromptStart)>
        fileprivate let keep: (SequenceState, PromptStart) -> Void
        /// Where events go.
        fileprivate let deliver: (GenerationEvent) -> Void
        /// Ends it with an error.
        fileprivate let fail: (any Error) -> Void
        fileprivate var hasFailed = false
        fileprivate let isCancelled: () -> Bool

        init(
            state: SequenceState, writer: AnswerWriter, prompt: consuming Tensor, priority: Int = 0,
            branches: [PromptStart] = [], keep: @escaping (SequenceState, PromptStart) -> Void = { _, _ in },
            isCancelled: @escaping () -> Bool, deliver: @escaping (GenerationEvent) -> Void,
            fail: @escaping (any Error) -> Void
        ) {
            self.state = state
            self.priority = priority
            self.writer = writer
            cachedTokens = state.position
            promptCount = prompt.rows
            self.prompt = prompt
            self.branches = branches.map { ($0.tokens.count - state.position, $0) }[...]
            self.keep = keep
            self.isCancelled = isCancelled
            self.deliver = deliver
            self.fail = fail
        }
    }

    /// Prompt rows that one step reads: enough for the products to be efficient, few enough for the others' next words
    /// not to wait long.
    private let promptRowsAtATime: Int
    private let model: LoadedModel
    private let pool: ComputePool
    private(set) var members: [Member] = []

    init(_ model: LoadedModel, on pool: ComputePool, promptRowsAtATime: Int = 256) {
        self.model = model
        self.pool = pool
        self.promptRowsAtATime = promptRowsAtATime
    }

    func append(_ member: Member) { members.append(member) }

    /// Ends all answers.
    func fail(_ error: any Error) {
        for member in members { member.fail(error) }
        members = []
    }

    /// Moves the members of the lowest priority number on: each by a piece of its prompt, or by its unread tokens.
    func step() {
        members.removeAll { $0.isCancelled() }
        guard let priority = members.map(\.priority).min() else { return }
        var layout = StepLayout()
        var pieces: [(member: Member, rows: Range<Int>?)] = []
        var promptRows = promptRowsAtATime
        for member in members where member.priority == priority {
            if member.promptRead < member.promptCount {
                guard promptRows > 0 else { continue }
                let count = min(promptRows, (member.branches.first?.row ?? member.promptCount) - member.promptRead)
                promptRows -= count
                layout.append(member.state, count: count)
                pieces.append((member, member.promptRead..<(member.promptRead + count)))
            } else {
                layout.append(member.state, count: member.unread.count)
                pieces.append((member, nil))
            }
        }
        let hidden = model.language.forward(inputs(pieces, layout), layout, on: pool)
        for (member, _) in pieces where member.promptRead == member.branches.first?.row {
            member.keep(member.state, member.branches.removeFirst().start)
        }
        answer(pieces, layout, hidden)
        members.removeAll { $0.writer.ended != nil || $0.hasFailed }
    }

    private func inputs(_ pieces: [(member: Member, rows: Range<Int>?)], _ layout: StepLayout) -> Tensor {
        var inputs = Tensor(unsetRows: layout.rowCount, columns: model.language.sizes.hiddenSize)
        for (piece, part) in zip(pieces, layout.parts) {
            if let rows = piece.rows {
                inputs.setRows(from: part.rows.lowerBound, to: piece.member.prompt, rows: rows)
                piece.member.promptRead = rows.upperBound
                if rows.upperBound == piece.member.promptCount {
                    piece.member.prompt = Tensor(rows: 0, columns: inputs.columns)
                }
            } else {
                let tokens = model.language.embedded(piece.member.unread)
                inputs.setRows(from: part.rows.lowerBound, to: tokens, rows: 0..<tokens.rows)
                piece.member.unread = []
            }
        }
        return inputs
    }

    /// Those whose prompt is read through choose their next tokens.
    private func answer(
        _ pieces: [(member: Member, rows: Range<Int>?)], _ layout: StepLayout, _ hidden: borrowing Tensor
    ) {
        var ready: [(member: Member, row: Int)] = []
        for (piece, part) in zip(pieces, layout.parts) where piece.member.promptRead == piece.member.promptCount {
            // What the form dictates at the beginning is read before anything is chosen.
            if piece.rows != nil, open(piece.member) { continue }
            ready.append((piece.member, part.rows.upperBound - 1))
        }
        guard !ready.isEmpty else { return }
        let logits = model.language.logits(hidden, rows: ready.map(\.row), on: pool)
        for (index, one) in ready.enumerated() {
            var row = logits.row(index)
            // Weights that are no numbers, or too large, leave nothing to choose from.
            guard row.contains(where: \.isFinite) else {
                one.member.hasFailed = true
                one.member.fail(ModelError.notNumbers)
                continue
            }
            let (tokens, events) = one.member.writer.next(&row)
            one.member.unread = tokens
            for event in events { one.member.deliver(event) }
            if let reason = one.member.writer.ended {
                let usage = Usage(
                    promptTokens: one.member.cachedTokens + one.member.promptCount,
                    cachedTokens: one.member.cachedTokens, completionTokens: one.member.writer.completionTokens)
                one.member.deliver(.finished(reason, usage))
            }
        }
    }

    private func open(_ member: Member) -> Bool {
        let (tokens, events) = member.writer.opening()
        for event in events { member.deliver(event) }
        member.unread = tokens
        return !tokens.isEmpty
    }
}
