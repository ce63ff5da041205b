import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import MiniCPMV

/// What an earlier prompt has read is not read again, and the answer stays what it was.
struct KnownStartsTests {
    private static let folder = Fixtures.directory.text + "/Reference/tiny"
    private static let instruction = "Say who or what is in it, what is going on, and where; guess no names at all."

    private func picture(_ seed: UInt64) -> PixelBuffer {
        var rng = SeededGenerator(seed: seed)
        let size = PixelSize(width: 400, height: 380)
        return PixelBuffer(
            size: size, bytes: (0..<(size.pixelCount * 3)).map { _ in UInt8.random(in: .min ... .max, using: &rng) })
    }

    private func request(_ messages: [ChatMessage], _ pictures: [PixelBuffer] = []) -> GenerationRequest {
        var request = GenerationRequest(messages: messages)
        request.pictures = pictures
        request.sampling = .greedy
        request.maxTokens = 24
        return request
    }

    private func question(_ text: String, seed: UInt64) -> GenerationRequest {
        request([ChatMessage(role: .user, content: .parts([.image, .text(text)]))], [picture(seed)])
    }

    private func index(seed: UInt64) -> GenerationRequest {
        request([ChatMessage(role: .user, content: .parts([.text(Self.instruction), .image]))], [picture(seed)])
    }

    /// The answers to these, one after the other.
    private func answers(_ requests: GenerationRequest...) async throws -> [(text: String, usage: Usage)] {
        let engine = try LocalEngine(modelAt: Self.folder, threads: 1)
        var answers: [(text: String, usage: Usage)] = []
        for request in requests {
            var answer = (text: "", usage: Usage(promptTokens: 0, completionTokens: 0))
            for try await event in engine.generate(request) {
                switch event {
                case .text(let piece): answer.text += piece
                case .finished(_, let usage): answer.usage = usage
                default: break
                }
            }
            answers.append(answer)
        }
        return answers
    }

    @Test func `another question about a picture goes on behind it`() async throws {
        let (first, second) = (question("What is this?", seed: 1), question("Which colours are there?", seed: 1))
        let both = try await answers(first, second)
        let fresh = try await answers(second)[0]
        #expect(both[0].usage.cachedTokens == 0 && fresh.usage.cachedTokens == 0)
        #expect(both[1].usage.cachedTokens >= 32)
        #expect(both[1].usage.promptTokens == fresh.usage.promptTokens)
        #expect(both[1].text == fresh.text)
    }

    @Test func `what is said before every picture is read once`() async throws {
        let three = try await answers(index(seed: 1), index(seed: 2), index(seed: 3))
        for (answer, seed) in zip(three.dropFirst(), [2, 3] as [UInt64]) {
            let fresh = try await answers(index(seed: seed))[0]
            #expect(answer.usage.cachedTokens >= 32)
            #expect(answer.text == fresh.text && answer.usage.promptTokens == fresh.usage.promptTokens)
        }
        #expect(Set(three.map(\.text)).count == 3)
    }

    @Test func `another picture, or another way to look at it, is looked at`() async throws {
        var closer = question("What is this?", seed: 1)
        closer.processing.downsampleMode = .x4
        let three = try await answers(question("What is this?", seed: 1), question("What is this?", seed: 2), closer)
        #expect(three.map(\.usage.cachedTokens) == [0, 0, 0])
    }

    @Test func `a conversation goes on where its last answer began`() async throws {
        var messages = [ChatMessage(role: .user, content: .parts([.image, .text(Self.instruction)]))]
        var turns: [GenerationRequest] = []
        for _ in 0..<3 {
            turns.append(request(messages, [picture(1)]))
            messages.append(ChatMessage(role: .assistant, content: .text("A cat, or so it seems.")))
            messages.append(ChatMessage(role: .user, content: .text(Self.instruction)))
        }
        let usages = try await answers(turns[0], turns[1], turns[2]).map(\.usage)
        for (usage, earlier) in zip(usages.dropFirst(), usages) {
            // All but the answer's own beginning.
            #expect((1..<16).contains(earlier.promptTokens - usage.cachedTokens))
        }
        #expect(try await answers(turns[2])[0].usage.cachedTokens == 0)
    }

    @Test func `a state is kept where it saves enough`() throws {
        let model = try LoadedModel(folder: Self.folder, precision: .float)
        let asked = try Prompt(question("What is this?", seed: 1), model)
        let behind = try #require(asked.tokens.lastIndex(of: model.tokens.imagePad)) + 1
        #expect(asked.branches(after: 0, model.tokens) == [behind])
        #expect(asked.branches(after: behind, model.tokens) == [])
        let indexed = try Prompt(index(seed: 1), model)
        let before = try #require(indexed.tokens.firstIndex(of: model.tokens.imagePad))
        #expect(indexed.branches(after: 0, model.tokens) == [before])
    }

    @Test func `what was used longest ago goes first, and memory is bounded`() throws {
        let model = try LoadedModel(folder: Self.folder, precision: .float)
        let prompts = try (0..<3).map { try Prompt(index(seed: UInt64($0)), model) }
        let pool = ComputePool(threads: 1)
        let state = SequenceState(model.language)
        // Room for more positions than there are does not count: a copy has none.
        for _ in 0..<3 { _ = model.forward(model.language.embedded(Array(repeating: 5, count: 50)), state, on: pool) }
        let starts = KnownStarts(limit: 2 * state.byteCount)
        #expect(state.byteCount > SequenceState(model.language).byteCount && state.byteCount == state.copy().byteCount)
        func keep(_ prompt: Prompt) {
            starts.keep(state, behind: prompt.start(prompt.tokens.count - 1, model.tokens))
        }
        keep(prompts[0])
        keep(prompts[1])
        #expect(starts.state(for: prompts[0], model.tokens) != nil)
        keep(prompts[2])
        #expect(prompts.map { starts.state(for: $0, model.tokens) != nil } == [true, false, true])
    }
}
