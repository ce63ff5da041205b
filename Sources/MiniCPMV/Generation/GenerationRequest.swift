public import MediaTypes

/// What the model is asked.
public struct GenerationRequest: Sendable {
    /// The conversation.
    public var messages: [ChatMessage]
    /// Tools that may be called for, as OpenAI's requests declare them.
    public var tools: [JSON] = []
    /// Pictures, in the order in which the messages name them.
    public var pictures: [PixelBuffer] = []
    /// Videos, in the order in which the messages name them.
    public var videos: [VideoClip] = []
    /// How pictures and videos are prepared.
    public var processing = ProcessingOptions()
    /// How tokens are chosen.
    public var sampling = SamplingOptions()
    /// Whether the model thinks before it answers.
    public var thinks = false
    /// The longest answer, its thought included.
    public var maxTokens = 2048
    /// Texts at which the answer ends; they are not shown.
    public var stops: [String] = []
    /// A JSON schema that the answer must follow.
    public var form: JSON?
    /// Answers of the lowest number are worked on, all others wait.
    public var priority = 0

    /// A request with the release's settings.
    public init(messages: [ChatMessage]) { self.messages = messages }
}

/// What comes back, in order.
public enum GenerationEvent: Sendable, Equatable {
    /// A piece of the thought.
    case reasoning(String)
    /// A piece of the answer.
    case text(String)
    /// A tool that is called for.
    case toolCall(ToolCall)
    /// The end; nothing follows.
    case finished(FinishReason, Usage)
}

/// Why an answer ended.
public enum FinishReason: String, Sendable {
    /// The model ended it, or one of the request's stops came.
    case stop
    /// It reached the longest length.
    case length
    /// It calls for tools.
    case toolCalls = "tool_calls"
    /// It went round in circles and was ended.
    case repetition
}

/// How many tokens a request took.
public struct Usage: Sendable, Equatable {
    /// Tokens of the prompt, rows of pictures among them.
    public var promptTokens: Int
    /// Those of them that were not read again, since an earlier prompt began so too.
    public var cachedTokens: Int
    /// Tokens of the answer, its thought included.
    public var completionTokens: Int

    /// A count of these.
    public init(promptTokens: Int, cachedTokens: Int = 0, completionTokens: Int) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
    }
}
