import Foundation
import MiniCPMV

/// An answer in the form of OpenAI's chat completions, whole or piece by piece.
struct Completion {
    private let id = "chatcmpl-" + UUID().uuidString.lowercased()
    private let created = Int(Date().timeIntervalSince1970)
    private let model: String
    private var content = ""
    private var reasoning = ""
    private var calls: [JSON] = []
    private var reason: FinishReason?
    private var usage = Usage(promptTokens: 0, completionTokens: 0)

    init(model: String) { self.model = model }

    /// Takes an event; returns what it adds to the message, as a piece of a stream has it.
    mutating func take(_ event: GenerationEvent) -> JSON? {
        switch event {
        case .reasoning(let text):
            reasoning += text
            return delta("reasoning_content", .string(text))
        case .text(let text):
            content += text
            return delta("content", .string(text))
        case .toolCall(let call):
            let number = calls.count
            calls.append(Self.call(call, number: nil))
            return delta("tool_calls", .array([Self.call(call, number: number)]))
        case .finished(let reason, let usage):
            self.reason = reason
            self.usage = usage
            return nil
        }
    }

    private static func call(_ call: ToolCall, number: Int?) -> JSON {
        .object(
            (number.map { [.init("index", .number("\($0)"))] } ?? []) + [
                .init("id", .string("call_" + UUID().uuidString.prefix(8).lowercased())),
                .init("type", .string("function")),
                .init(
                    "function",
                    .object([
                        .init("name", .string(call.name)),
                        .init("arguments", .string(JSON.object(call.arguments).compactText)),
                    ])),
            ])
    }

    private func delta(_ key: String, _ value: JSON) -> JSON { .object([.init(key, value)]) }

    private var finishReason: JSON {
        switch reason {
        case .length?: .string("length")
        case .toolCalls?: .string("tool_calls")
        default: .string("stop")
        }
    }

    private func frame(_ object: String, _ choice: JSON, _ more: [JSON.Member] = []) -> JSON {
        .object(
            [
                .init("id", .string(id)), .init("object", .string(object)), .init("created", .number("\(created)")),
                .init("model", .string(model)), .init("choices", .array([choice])),
            ] + more)
    }

    /// Beside OpenAI's members: an answer that was ended since it went round in circles says so.
    private var ending: [JSON.Member] {
        reason == .repetition ? [.init("tintype", .object([.init("ended", .string("repetition"))]))] : []
    }

    /// A piece of the stream.
    func chunk(_ delta: JSON) -> JSON {
        frame(
            "chat.completion.chunk",
            .object([
                .init("index", .number("0")), .init("delta", delta), .init("finish_reason", .null),
            ]))
    }

    /// The piece that ends the stream.
    func lastChunk(withUsage: Bool) -> JSON {
        let choice = JSON.object([
            .init("index", .number("0")), .init("delta", .object([])), .init("finish_reason", finishReason),
        ])
        return frame("chat.completion.chunk", choice, (withUsage ? [usageMember] : []) + ending)
    }

    /// The whole answer.
    var whole: JSON {
        var message: [JSON.Member] = [.init("role", .string("assistant")), .init("content", .string(content))]
        if !reasoning.isEmpty { message.append(.init("reasoning_content", .string(reasoning))) }
        if !calls.isEmpty { message.append(.init("tool_calls", .array(calls))) }
        let choice = JSON.object([
            .init("index", .number("0")), .init("message", .object(message)), .init("finish_reason", finishReason),
        ])
        return frame("chat.completion", choice, [usageMember] + ending)
    }

    private var usageMember: JSON.Member {
        .init(
            "usage",
            .object([
                .init("prompt_tokens", .number("\(usage.promptTokens)")),
                .init(
                    "prompt_tokens_details", .object([.init("cached_tokens", .number("\(usage.cachedTokens)"))])),
                .init("completion_tokens", .number("\(usage.completionTokens)")),
                .init("total_tokens", .number("\(usage.promptTokens + usage.completionTokens)")),
            ]))
    }
}
