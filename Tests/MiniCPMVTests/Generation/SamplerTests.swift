import Testing
import Tokenization

@testable import MiniCPMV

struct SamplerTests {
    private let logits: [Float] = [1, 3, 2, 3, -1, 0]

    private func kept(_ options: SamplingOptions) -> [TokenID] { Sampler.candidates(logits, options).map(\.token) }

    @Test func `greedy takes the most likely, of equals the first`() {
        var (sampler, numbers) = (Sampler(.greedy, prompt: []), logits)
        #expect(sampler.next(&numbers, allowed: nil) == 1)
    }

    @Test func `top-k keeps the k most likely and their equals`() {
        #expect(kept(SamplingOptions(topK: 1)) == [1, 3])
        #expect(kept(SamplingOptions(topK: 3)) == [1, 2, 3])
        #expect(kept(SamplingOptions(topK: 99)) == [0, 1, 2, 3, 4, 5])
    }

    @Test func `top-p keeps what together reaches the share`() {
        // At temperature 1 the probabilities are .05, .39, .14, .39, .01 and .02.
        #expect(kept(SamplingOptions(temperature: 1, topP: 0.75)) == [1, 3])
        #expect(kept(SamplingOptions(temperature: 1, topP: 0.9)) == [1, 2, 3])
        #expect(kept(SamplingOptions(temperature: 1, topP: 1e-6)).count == 1)
    }

    @Test func `min-p keeps what has that share of the most likely one's probability`() {
        #expect(kept(SamplingOptions(temperature: 1, minP: 0.3)) == [1, 2, 3])
        #expect(kept(SamplingOptions(temperature: 1, minP: 1)) == [1, 3])
    }

    @Test func `probabilities add up to 1 after every filter`() {
        let candidates = Sampler.candidates(logits, SamplingOptions(temperature: 0.7, topK: 4, topP: 0.8, minP: 0.1))
        #expect(abs(candidates.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
    }

    @Test func `penalties follow their definitions`() {
        func next(_ options: SamplingOptions, prompt: [TokenID], answer: [TokenID], _ logits: [Float]) -> [Float] {
            var (sampler, numbers) = (Sampler(options, prompt: prompt), logits)
            for token in answer { sampler.accept(token) }
            _ = sampler.next(&numbers, allowed: nil)
            return numbers
        }
        var options = SamplingOptions.greedy
        options.repetitionPenalty = 2
        #expect(next(options, prompt: [0], answer: [4], logits) == [0.5, 3, 2, 3, -2, 0])
        options = .greedy
        options.presencePenalty = 1
        options.frequencyPenalty = 0.5
        #expect(next(options, prompt: [0], answer: [1, 1, 2], logits) == [1, 1, 0.5, 3, -1, 0])
    }

    @Test func `only what is allowed comes, and NaN never`() {
        var mask = TokenMask(size: 6)
        mask.insert(4)
        var (sampler, numbers) = (Sampler(SamplingOptions(seed: 1), prompt: []), logits)
        #expect(sampler.next(&numbers, allowed: mask) == 4)
        numbers = [.nan, 1, .nan]
        #expect(sampler.next(&numbers, allowed: nil) == 1)
        numbers = [.infinity, 1, 5]
        #expect(sampler.next(&numbers, allowed: nil) == 0)
        numbers = [-.infinity, -.infinity]
        #expect(sampler.next(&numbers, allowed: nil) == 0)
        numbers = [1, 2, 3, 4, .nan, 6]
        #expect(sampler.next(&numbers, allowed: mask) == 4)
    }

    @Test func `a seed gives one answer, and chance follows the probabilities`() {
        func draw(_ seed: UInt64) -> [TokenID] {
            var sampler = Sampler(SamplingOptions(temperature: 1, seed: seed), prompt: [])
            return (0..<2000).map { _ in
                var numbers = logits
                return sampler.next(&numbers, allowed: nil)
            }
        }
        let first = draw(7)
        #expect(first == draw(7) && first != draw(8))
        let share = Double(first.count { $0 == 1 }) / 2000
        #expect(abs(share - 0.386) < 0.04)
    }

    @Test func `a token that would go round falls behind`() {
        var (sampler, numbers) = (Sampler(.greedy, prompt: []), logits)
        #expect(sampler.next(&numbers, allowed: nil, discouraged: [1]) == 3)
    }

    @Test func `what means nothing is refused by name`() {
        for (name, options) in [
            ("temperature", SamplingOptions(temperature: -1)), ("temperature", SamplingOptions(temperature: .nan)),
            ("top_p", SamplingOptions(topP: 0)), ("top_k", SamplingOptions(topK: -2)),
            ("min_p", SamplingOptions(minP: 2)),
            ("repetition_penalty", SamplingOptions(repetitionPenalty: 0)),
        ] {
            let error = #expect(throws: ModelError.self) { try options.validate() }
            #expect(error?.message.contains(name) == true)
        }
    }
}
