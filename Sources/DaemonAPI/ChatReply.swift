/// The whole answer of `POST /v1/chat/completions`, as far as we read and write it.
public struct ChatReply: Codable, Hashable, Sendable {
    /// `chat.completion`.
    public var object: String? = "chat.completion"
    /// The model that answered.
    public var model: String?
    /// The answers: one.
    public var choices: [Choice]
    /// Files not yet described; absent where another program's answer is passed on as it came.
    public var pending: Int?

    /// The reply of this answer.
    public init(model: String?, answer: String, finishReason: String?, pending: Int) {
        self.model = model
        choices = [Choice(message: .init(content: answer), finishReason: finishReason)]
        self.pending = pending
    }

    /// One answer.
    public struct Choice: Codable, Hashable, Sendable {
        /// Its place among the answers.
        public var index = 0
        /// The words.
        public var message: Message
        /// Why it ended: `stop`, `length`, …
        public var finishReason: String?

        /// An answer of these words.
        public init(message: Message, finishReason: String?) {
            self.message = message
            self.finishReason = finishReason
        }

        private enum CodingKeys: String, CodingKey {
            case index, message
            case finishReason = "finish_reason"
        }
    }

    /// What the model says.
    public struct Message: Codable, Hashable, Sendable {
        /// `assistant`.
        public var role = "assistant"
        /// The words.
        public var content: String?
        /// The thought that led to them, where the model thinks.
        public var reasoning: String?

        /// These words.
        public init(content: String?) { self.content = content }

        private enum CodingKeys: String, CodingKey {
            case role, content
            case reasoning = "reasoning_content"
        }
    }
}

/// One event of a streamed answer.
public struct ChatChunk: Codable, Hashable, Sendable {
    /// `chat.completion.chunk`.
    public var object: String? = "chat.completion.chunk"
    /// What is new.
    public var choices: [Choice]

    /// An event that adds these words.
    public init(adding text: String) { choices = [Choice(delta: Delta(content: text))] }

    /// What one answer gained.
    public struct Choice: Codable, Hashable, Sendable {
        /// What is new.
        public var delta: Delta
        /// Why it ended, in the last event.
        public var finishReason: String?

        /// A gain of these words.
        public init(delta: Delta, finishReason: String? = nil) {
            self.delta = delta
            self.finishReason = finishReason
        }

        private enum CodingKeys: String, CodingKey {
            case delta
            case finishReason = "finish_reason"
        }
    }

    /// New words.
    public struct Delta: Codable, Hashable, Sendable {
        /// The words.
        public var content: String?
        /// Of the thought that comes before the answer.
        public var reasoning: String?

        /// These words.
        public init(content: String?) { self.content = content }

        private enum CodingKeys: String, CodingKey {
            case content
            case reasoning = "reasoning_content"
        }
    }
}

/// `GET /v1/models`: what the configured engine offers, in OpenAI's shape.
public struct ModelsReply: Reply {
    /// `list`.
    public var object = "list"
    /// The models.
    public var data: [Model]
    /// Files not yet described.
    public var pending: Int

    /// A reply of these models' names.
    public init(models: [String], pending: Int) {
        data = models.map(Model.init)
        self.pending = pending
    }

    /// A model by its name.
    public struct Model: Codable, Hashable, Sendable {
        /// The name.
        public var id: String
        /// `model`.
        public var object = "model"

        /// A model of this name.
        public init(id: String) { self.id = id }
    }
}
