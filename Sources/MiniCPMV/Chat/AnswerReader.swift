/// Takes apart what the model writes, as it comes: thought, answer, calls of tools. MODEL.md §8.3 and §8.4.
///
/// The same text in other chunks gives the same thought, the same answer and the same calls; no part of a mark is ever
/// shown.
struct AnswerReader: Sendable {
    private enum State {
        /// Up to `</think>`.
        case thought
        /// Blanks between the thought and the answer.
        case beforeAnswer
        case answer
        /// After a `<tool_call>`.
        case call
        /// Between calls: nothing but calls may follow.
        case betweenCalls
    }

    private static let thoughtEnd = "</think>"
    private static let callStart = "<tool_call>"
    private static let callEnd = "</tool_call>"

    private let tools: ToolTable
    private var state: State
    /// What may yet become a mark, or belongs to a call.
    private var pending = ""
    /// Line ends after the thought are its frame; those inside belong to it.
    private var heldBlanks = ""
    private var hasReasoning = false

    /// - `thinks`: the text begins inside a thought.
    /// - `tools`: as the request declares them; their parameters' types decide how arguments are read. Without tools
    ///   the marks of calls are text like any other.
    init(thinks: Bool, tools: [JSON]) {
        self.tools = ToolTable(tools)
        state = thinks ? .thought : .answer
    }

    /// What is certain with this text.
    mutating func append(_ text: String) -> [AnswerPiece] {
        pending += text
        var pieces: [AnswerPiece] = []
        while step(&pieces, isLast: false) {}
        return pieces
    }

    /// What is left.
    mutating func finish() -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        while step(&pieces, isLast: true) {}
        return pieces
    }

    /// - Returns: whether another step may find more.
    private mutating func step(_ pieces: inout [AnswerPiece], isLast: Bool) -> Bool {
        switch state {
        case .thought: return readThought(&pieces, isLast: isLast)
        case .beforeAnswer:
            pending = String(String.UnicodeScalarView(pending.unicodeScalars.drop { $0 == "\n" }))
            guard !pending.isEmpty else { return false }
            state = .answer
            return true
        case .answer: return readAnswer(&pieces, isLast: isLast)
        case .call: return readCall(&pieces, isLast: isLast)
        case .betweenCalls: return readBetweenCalls(isLast: isLast)
        }
    }

    private mutating func readThought(_ pieces: inout [AnswerPiece], isLast: Bool) -> Bool {
        let (before, after) = Self.split(pending, at: Self.thoughtEnd, holdsBack: !isLast)
        var thought = heldBlanks + before
        if !hasReasoning { thought = Blank.trimStart(thought) }
        let shown = Blank.trimEnd(thought)
        heldBlanks = String(thought.unicodeScalars.dropFirst(shown.unicodeScalars.count))
        if !shown.isEmpty {
            hasReasoning = true
            pieces.append(.reasoning(shown))
        }
        guard let after else {
            pending = String(decoding: pending.utf8.dropFirst(before.utf8.count), as: UTF8.self)
            return false
        }
        // The blanks at the thought's end were its frame.
        heldBlanks = ""
        pending = after
        state = .beforeAnswer
        return true
    }

    private mutating func readAnswer(_ pieces: inout [AnswerPiece], isLast: Bool) -> Bool {
        guard !tools.isEmpty else {
            if !pending.isEmpty { pieces.append(.text(pending)) }
            pending = ""
            return false
        }
        let (before, after) = Self.split(pending, at: Self.callStart, holdsBack: !isLast)
        // Blanks before a call are its frame, not the answer's end.
        let answer = heldBlanks + before
        let shown = isLast && after == nil ? answer : Blank.trimEnd(answer)
        if !shown.isEmpty { pieces.append(.text(shown)) }
        heldBlanks = String(answer.unicodeScalars.dropFirst(shown.unicodeScalars.count))
        guard let after else {
            pending = String(decoding: pending.utf8.dropFirst(before.utf8.count), as: UTF8.self)
            return false
        }
        heldBlanks = ""
        pending = after
        state = .call
        return true
    }

    private mutating func readCall(_ pieces: inout [AnswerPiece], isLast: Bool) -> Bool {
        let (body, after) = Self.split(pending, at: Self.callEnd, holdsBack: false)
        guard after != nil || isLast else { return false }
        if let call = ToolCallReader.call(in: body, tools) {
            pieces.append(.toolCall(call))
        } else if !Blank.trim(body).isEmpty {
            // What is no call is shown as it was written, rather than lost.
            pieces.append(.text(Self.callStart + body + (after == nil ? "" : Self.callEnd)))
        }
        pending = after ?? ""
        state = .betweenCalls
        return after != nil
    }

    private mutating func readBetweenCalls(isLast: Bool) -> Bool {
        pending = Blank.trimStart(pending)
        if pending.hasScalarPrefix(Self.callStart) {
            pending = String(decoding: pending.utf8.dropFirst(Self.callStart.utf8.count), as: UTF8.self)
            state = .call
            return true
        }
        if !isLast, Self.callStart.hasScalarPrefix(pending) { return false }
        guard !pending.isEmpty else { return false }
        state = .answer
        return true
    }

    /// What stands before a mark, and what after it; without the mark what can be no beginning of it.
    private static func split(_ text: String, at mark: String, holdsBack: Bool) -> (before: String, after: String?) {
        let pieces = text.scalarSplit(mark)
        if pieces.count > 1 {
            return (pieces[0], pieces.dropFirst().joined(separator: mark))
        }
        guard holdsBack else { return (text, nil) }
        let (bytes, mark) = (Array(text.utf8), Array(mark.utf8))
        let most = min(bytes.count, mark.count - 1)
        let held = (0...most).last { bytes.suffix($0).elementsEqual(mark.prefix($0)) } ?? 0
        return (String(decoding: bytes.dropLast(held), as: UTF8.self), nil)
    }
}
