import Foundation
import Tokenization

/// Chooses one sequence's tokens. What it chooses depends on the logits, the options and the seed alone, and on no other
/// sequence.
struct Sampler: Sendable {
    private let options: SamplingOptions
    private var chance: SplitMix64
    private let promptTokens: Set<TokenID>
    private var counts: [TokenID: Int] = [:]

    /// - `prompt`: what stands before the answer; the repetition penalty counts it in.
    init(_ options: SamplingOptions, prompt: [TokenID]) {
        self.options = options
        chance = SplitMix64(state: options.seed ?? UInt64.random(in: .min ... .max))
        promptTokens = options.repetitionPenalty == 1 ? [] : Set(prompt)
    }

    /// Remembers a token of the answer.
    mutating func accept(_ token: TokenID) { counts[token, default: 0] += 1 }

    /// The next token. `logits` are changed.
    ///
    /// - `allowed`: the only ones that may come; `nil`: all.
    /// - `discouraged`: tokens that would continue a loop.
    mutating func next(_ logits: inout [Float], allowed: TokenMask?, discouraged: [TokenID] = []) -> TokenID {
        restrict(&logits, to: allowed)
        penalise(&logits, discouraged)
        // Where what is allowed has no likelihood at all, the first of it keeps the form.
        if let allowed, let first = allowed.first, !logits.contains(where: { $0 > -.infinity }) { return first }
        guard options.temperature > 0 else { return Self.mostLikely(logits) }
        return draw(from: Self.candidates(logits, options))
    }

    /// What would be discouraged falls behind everything that is at all likely, and stays possible.
    private static let discouragement: Float = 12

    private func restrict(_ logits: inout [Float], to allowed: TokenMask?) {
        for index in logits.indices {
            if logits[index].isNaN { logits[index] = -.infinity }
            if let allowed, !allowed.contains(TokenID(index)) { logits[index] = -.infinity }
        }
    }

    private func penalise(_ logits: inout [Float], _ discouraged: [TokenID]) {
        if options.repetitionPenalty != 1 {
            for token in promptTokens.union(counts.keys) where Int(token) < logits.count {
                let logit = logits[Int(token)]
                logits[Int(token)] =
                    logit < 0 ? logit * options.repetitionPenalty : logit / options.repetitionPenalty
            }
        }
        if options.presencePenalty != 0 || options.frequencyPenalty != 0 {
            for (token, count) in counts where Int(token) < logits.count {
                logits[Int(token)] -= options.presencePenalty + options.frequencyPenalty * Float(count)
            }
        }
        for token in discouraged where Int(token) < logits.count { logits[Int(token)] -= Self.discouragement }
    }

    /// Of equals the first, as the reference's argmax does it.
    static func mostLikely(_ logits: [Float]) -> TokenID {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return TokenID(best)
    }

    /// A token with its probability.
    struct Candidate: Equatable {
        var token: TokenID
        var probability: Double
    }

    /// What is left after temperature, top-k, top-p and min-p, in the order of the vocabulary; the probabilities add up
    /// to 1.
    static func candidates(_ logits: [Float], _ options: SamplingOptions) -> [Candidate] {
        let most = logits.max() ?? 0
        guard most > -.infinity else { return [Candidate(token: mostLikely(logits), probability: 1)] }
        var candidates: [Candidate] = []
        let least = options.topK > 0 ? kthLargest(logits, options.topK) : -.infinity
        for (index, logit) in logits.enumerated() where logit >= least && logit > -.infinity {
            // Infinities stand apart from all others, and are alike.
            let distance = logit == most ? 0 : Double(logit - most) / Double(options.temperature)
            candidates.append(Candidate(token: TokenID(index), probability: exp(distance)))
        }
        scale(&candidates)
        if options.topP < 1 {
            keepMostLikely(&candidates, share: Double(options.topP))
            scale(&candidates)
        }
        if options.minP > 0 {
            let least = (candidates.map(\.probability).max() ?? 0) * Double(options.minP)
            candidates.removeAll { $0.probability < least }
            scale(&candidates)
        }
        return candidates
    }

    private static func scale(_ candidates: inout [Candidate]) {
        let sum = candidates.reduce(0) { $0 + $1.probability }
        for index in candidates.indices { candidates[index].probability /= sum }
    }

    /// The k-th largest of the logits; equals of it all stay, as in the reference.
    private static func kthLargest(_ logits: [Float], _ k: Int) -> Float {
        guard k < logits.count else { return -.infinity }
        // The k largest so far, in order; most logits are below the last and cost one comparison.
        var largest: [Float] = []
        for logit in logits where largest.count < k || logit > (largest.last ?? -.infinity) {
            var (low, high) = (0, largest.count)
            while low < high {
                let middle = (low + high) / 2
                if largest[middle] >= logit { low = middle + 1 } else { high = middle }
            }
            largest.insert(logit, at: low)
            if largest.count > k { largest.removeLast() }
        }
        return largest.last ?? -.infinity
    }

    /// The reference adds up from the least likely on and drops all within `1 − share`; at least one stays.
    private static func keepMostLikely(_ candidates: inout [Candidate], share: Double) {
        // All that are so unlikely are within it together: they need no sorting.
        let negligible = (1 - share) / Double(candidates.count)
        var dropped = 0.0
        candidates.removeAll { candidate in
            guard candidate.probability < negligible else { return false }
            dropped += candidate.probability
            return true
        }
        let ascending = candidates.sorted { ($0.probability, $0.token) < ($1.probability, $1.token) }
        var kept = ascending[...]
        while kept.count > 1, let first = kept.first, dropped + first.probability <= 1 - share {
            dropped += first.probability
            kept.removeFirst()
        }
        candidates = kept.sorted { $0.token < $1.token }
    }

    private mutating func draw(from candidates: [Candidate]) -> TokenID {
        var point = Double(chance.next() >> 11) * 0x1p-53
        for candidate in candidates {
            point -= candidate.probability
            if point < 0 { return candidate.token }
        }
        // Rounding can leave the point just beyond the last.
        return candidates.last?.token ?? 0
    }
}

/// A small generator of chance. Source: Steele, Lea & Flood 2014.
struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
