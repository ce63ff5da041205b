/// How the next token is chosen. Names and order of work follow Hugging Face's generation.
public struct SamplingOptions: Sendable, Equatable {
    /// What logits are divided by; 0 takes the most likely token.
    public var temperature: Float
    /// Only so many of the most likely tokens; 0: all.
    public var topK: Int
    /// Only the most likely tokens that together have this probability; 1: all.
    public var topP: Float
    /// Only tokens that have this share of the most likely one's probability; 0: all.
    public var minP: Float
    /// What the logits of tokens in the prompt and the answer are divided by (or multiplied with, below 0); 1: nothing.
    public var repetitionPenalty: Float
    /// What is taken from the logits of tokens that the answer holds.
    public var presencePenalty: Float
    /// What is taken from the logits of tokens for each time that the answer holds them.
    public var frequencyPenalty: Float
    /// Where the chance begins; `nil`: anywhere.
    public var seed: UInt64?

    /// The release's settings, where no other is given.
    public init(
        temperature: Float = 0.7, topK: Int = 0, topP: Float = 1, minP: Float = 0, repetitionPenalty: Float = 1,
        presencePenalty: Float = 0, frequencyPenalty: Float = 0, seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.seed = seed
    }

    /// Always the most likely token.
    public static let greedy = SamplingOptions(temperature: 0)

    /// Refuses what means nothing, naming the parameter as the request writes it.
    public func validate() throws(ModelError) {
        try Self.check(temperature, "temperature", 0...100)
        try Self.check(topP, "top_p", Float.leastNonzeroMagnitude...1)
        try Self.check(minP, "min_p", 0...1)
        try Self.check(repetitionPenalty, "repetition_penalty", 0.01...100)
        try Self.check(presencePenalty, "presence_penalty", -100...100)
        try Self.check(frequencyPenalty, "frequency_penalty", -100...100)
        guard topK >= 0 else { throw .badSampling("top_k", "\(topK)", "0 or more") }
    }

    private static func check(_ value: Float, _ name: String, _ bounds: ClosedRange<Float>) throws(ModelError) {
        // A comparison with NaN is false: it is refused as well.
        guard bounds.contains(value) else {
            let least = bounds.lowerBound == .leastNonzeroMagnitude ? "above 0" : "\(bounds.lowerBound)"
            throw .badSampling(name, "\(value)", "\(least) to \(bounds.upperBound)")
        }
    }
}

extension ModelError {
    static func badSampling(_ name: String, _ value: String, _ bounds: String) -> ModelError {
        ModelError(
            code: .badRequest, message: "The parameter \(name) is \(value); it may be \(bounds).",
            remedy: "Choose a value in these bounds, or leave \(name) out.")
    }
}
