/// A conversation in the words that the model was trained on. MODEL.md §8.2.
///
/// Equal byte for byte to the released Jinja template.
enum ChatTemplate {
    /// The prompt in pieces; joined they are what the released template renders.
    ///
    /// - `thinks`: false closes the thought before it begins, true leaves it open; only of account with
    ///   `addsGenerationPrompt`.
    static func pieces(
        _ messages: [ChatMessage], tools: [JSON] = [], thinks: Bool = false, addsGenerationPrompt: Bool = true
    ) throws(ChatError) -> [PromptPiece] {
        guard let first = messages.first else { throw .empty }
        var prompt = PromptBuilder()
        try writeHead(first, tools: tools, to: &prompt)
        guard let question = messages.lastIndex(where: isQuestion) else { throw .noQuestion }
        for (index, message) in messages.enumerated() {
            switch message.role {
            case .system: if index > 0 { throw .systemOutOfPlace }
            case .user:
                prompt.markup("<|im_start|>user\n")
                prompt.content(trimmed(message.content))
                prompt.markup("<|im_end|>\n")
            case .assistant: writeAnswer(message, keepsThought: index > question, to: &prompt)
            case .tool:
                let (before, after) = (
                    index > 0 ? messages[index - 1].role : nil, messages.dropFirst(index + 1).first?.role
                )
                if let before, before != .tool { prompt.markup("<|im_start|>user") }
                prompt.markup("\n<tool_response>\n")
                prompt.content(trimmed(message.content))
                prompt.markup("\n</tool_response>")
                if after != .tool { prompt.markup("<|im_end|>\n") }
            }
        }
        if addsGenerationPrompt {
            prompt.markup("<|im_start|>assistant\n<think>\n")
            if !thinks { prompt.markup("\n</think>\n\n") }
        }
        return prompt.pieces
    }

    /// The rendered text.
    static func render(
        _ messages: [ChatMessage], tools: [JSON] = [], thinks: Bool = false, addsGenerationPrompt: Bool = true
    ) throws(ChatError) -> String {
        try pieces(messages, tools: tools, thinks: thinks, addsGenerationPrompt: addsGenerationPrompt)
            .map(\.rendered).joined()
    }

    private static func writeHead(_ first: ChatMessage, tools: [JSON], to prompt: inout PromptBuilder) throws(ChatError)
    {
        var system: [ChatMessage.Part] = []
        if first.role == .system {
            guard first.mediaCounts == (0, 0) else { throw .mediaInSystem }
            system = trimmed(first.content)
        }
        if !tools.isEmpty {
            prompt.markup("<|im_start|>system\n" + ToolText.head)
            for tool in tools {
                prompt.markup("\n")
                prompt.text(tool.pythonText)
            }
            prompt.markup(ToolText.tail)
            if !system.isEmpty {
                prompt.markup("\n\n")
                prompt.content(system)
            }
            prompt.markup("<|im_end|>\n")
        } else if first.role == .system {
            prompt.markup("<|im_start|>system\n")
            prompt.content(system)
            prompt.markup("<|im_end|>\n")
        }
    }

    private static func writeAnswer(_ message: ChatMessage, keepsThought: Bool, to prompt: inout PromptBuilder) {
        var content = trimmed(message.content)
        var thought = message.reasoning ?? ""
        if message.reasoning == nil, let split = ThoughtSplit(content) {
            thought = split.thought
            content = split.content
        }
        prompt.markup("<|im_start|>assistant\n")
        if keepsThought {
            prompt.markup("<think>\n")
            prompt.text(Blank.trim(thought))
            prompt.markup("\n</think>\n\n")
        }
        prompt.content(content)
        for (index, call) in message.toolCalls.enumerated() {
            if index > 0 {
                prompt.markup("\n")
            } else if !Blank.trim(rendered(content)).isEmpty {
                prompt.markup("\n\n")
            }
            write(call, to: &prompt)
        }
        prompt.markup("<|im_end|>\n")
    }

    private static func write(_ call: ToolCall, to prompt: inout PromptBuilder) {
        prompt.markup("<tool_call>\n<function=")
        prompt.text(call.name)
        prompt.markup(">\n")
        for argument in call.arguments {
            prompt.markup("<parameter=")
            prompt.text(argument.key)
            prompt.markup(">\n")
            prompt.text(argument.value.pythonString)
            prompt.markup("\n</parameter>\n")
        }
        prompt.markup("</function>\n</tool_call>")
    }

    /// A user's message that is no tool result in disguise.
    private static func isQuestion(_ message: ChatMessage) -> Bool {
        guard message.role == .user else { return false }
        let text = rendered(trimmed(message.content))
        return !(text.hasScalarPrefix("<tool_response>") && text.hasScalarSuffix("</tool_response>"))
    }

    private static func rendered(_ parts: [ChatMessage.Part]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .image: PromptPiece.image.rendered
            case .video: PromptPiece.video.rendered
            }
        }.joined()
    }

    /// Neighbouring texts in one.
    private static func joined(_ parts: [ChatMessage.Part]) -> [ChatMessage.Part] {
        parts.reduce(into: []) { joined, part in
            if case .text(let text) = part, case .text(let before)? = joined.last {
                joined[joined.count - 1] = .text(before + text)
            } else {
                joined.append(part)
            }
        }
    }

    /// The parts joined by line ends, blanks at both ends of the whole taken away.
    private static func trimmed(_ content: ChatMessage.Content) -> [ChatMessage.Part] {
        var parts: [ChatMessage.Part]
        switch content {
        case .none: parts = []
        case .text(let text): parts = [.text(text)]
        case .parts(let all): parts = joined(Array(all.map { [$0] }.joined(separator: [.text("\n")])))
        }
        while case .text(let text)? = parts.first {
            let rest = Blank.trimStart(text)
            parts[0] = .text(rest)
            guard rest.isEmpty else { break }
            parts.removeFirst()
        }
        while case .text(let text)? = parts.last {
            let rest = Blank.trimEnd(text)
            parts[parts.count - 1] = .text(rest)
            guard rest.isEmpty else { break }
            parts.removeLast()
        }
        return parts
    }
}

/// Collects pieces, neighbours of a kind joined.
private struct PromptBuilder {
    private(set) var pieces: [PromptPiece] = []

    mutating func markup(_ text: String) {
        if case .markup(let before)? = pieces.last {
            pieces[pieces.count - 1] = .markup(before + text)
        } else {
            pieces.append(.markup(text))
        }
    }

    mutating func text(_ text: String) {
        guard !text.isEmpty else { return }
        if case .text(let before)? = pieces.last {
            pieces[pieces.count - 1] = .text(before + text)
        } else {
            pieces.append(.text(text))
        }
    }

    mutating func content(_ parts: [ChatMessage.Part]) {
        for part in parts {
            switch part {
            case .text(let text): self.text(text)
            case .image: pieces.append(.image)
            case .video: pieces.append(.video)
            }
        }
    }
}

/// An assistant's text that still holds its thought.
private struct ThoughtSplit {
    let thought: String
    let content: [ChatMessage.Part]

    init?(_ parts: [ChatMessage.Part]) {
        // An assistant's message has no media; where it had, its text would be looked at piece by piece.
        guard case .text(let text)? = parts.first, parts.count == 1 else { return nil }
        let pieces = text.scalarSplit("</think>")
        guard pieces.count > 1, let before = pieces.first, let after = pieces.last else { return nil }
        thought = Self.trimLineEnds(Self.trimLastLineEnds(before).scalarSplit("<think>").last ?? "")
        let rest = Self.trimLineEnds(after)
        content = rest.isEmpty ? [] : [.text(rest)]
    }

    private static func trimLineEnds(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\n" }))
    }

    private static func trimLastLineEnds(_ text: String) -> String {
        var scalars = text.unicodeScalars
        while scalars.last == "\n" { scalars.removeLast() }
        return String(scalars)
    }
}
