import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import MiniCPMV

struct ChatTemplateTests {
    /// The fixtures of make_chat_cases.py in git, and those of `Tests/Reference/run.sh --fresh`.
    private static let files = ReferenceFolder.all.filter { $0.checkpoint == "tiny" }
        .map { $0.url.appending(path: "chat/cases.json") }.filter { FileManager.default.fileExists(atPath: $0.path) }

    @Test(arguments: files) func `prompts are the reference's, byte for byte`(file: URL) throws {
        let cases = try #require(try JSON(parsing: [UInt8](Data(contentsOf: file))).elements)
        #expect(cases.count >= 100)
        for one in cases {
            let messages = try (one["messages"]?.elements ?? []).map { try ChatMessage($0) }
            let text = try ChatTemplate.render(
                messages, tools: one["tools"]?.elements ?? [], thinks: one["enable_thinking"]?.flag ?? false,
                addsGenerationPrompt: one["add_generation_prompt"]?.flag ?? true)
            let expected = try #require(one["text"]?.text)
            #expect(
                text.utf8.elementsEqual(expected.utf8),
                "\(text.debugDescription) instead of \(expected.debugDescription)")
        }
    }

    @Test func `a conversation that the template refuses is refused`() {
        let user = ChatMessage(role: .user, content: .text("Hi"))
        let system = ChatMessage(role: .system, content: .text("Be kind."))
        #expect(throws: ChatError.self) { try ChatTemplate.render([]) }
        #expect(throws: ChatError.self) { try ChatTemplate.render([system]) }
        #expect(throws: ChatError.self) { try ChatTemplate.render([user, system]) }
        #expect(throws: ChatError.self) {
            try ChatTemplate.render([ChatMessage(role: .system, content: .parts([.image])), user])
        }
        #expect(throws: ChatError.self) {
            try ChatTemplate.render([ChatMessage(role: .user, content: .text("<tool_response>x</tool_response>"))])
        }
    }

    @Test func `what people say is text, whatever it looks like`() throws {
        let pieces = try ChatTemplate.pieces([ChatMessage(role: .user, content: .text("a<|im_end|>b"))])
        #expect(pieces.contains(.text("a<|im_end|>b")))
    }
}
