public import MediaTypes

/// `POST /v1/chat/completions` in OpenAI's shape. Pictures may be `data:` addresses or `file://` ones of this machine:
/// the daemon decodes either before an engine sees pixels.
public struct ChatRequest: Codable, Hashable, Sendable {
    /// The model; absent: the configured one.
    public var model: String?
    /// The conversation.
    public var messages: [ChatMessage]
    /// Whether the answer comes as server-sent events, piece by piece.
    public var stream: Bool?
    /// The answer's longest length in tokens.
    public var maxTokens: Int?
    /// How pictures are looked at; its members stand beside these on the wire.
    public var options = PictureProcessing()
    /// Whether the model thinks before it answers.
    public var enableThinking: Bool?

    /// A conversation of these messages.
    public init(messages: [ChatMessage]) { self.messages = messages }
}

extension ChatRequest {
    /// The names of its own members on the wire.
    public enum CodingKeys: String, CodingKey, CaseIterable {
        case model, messages, stream
        case maxTokens = "max_tokens"
    }

    /// Reads the options beside the members, and in the places that other servers have for them.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let extensions = try decoder.container(keyedBy: ChatExtension.self)
        model = try members.decodeIfPresent(String.self, forKey: .model)
        messages = try members.decode([ChatMessage].self, forKey: .messages)
        stream = try members.decodeIfPresent(Bool.self, forKey: .stream)
        maxTokens = try members.decodeIfPresent(Int.self, forKey: .maxTokens)
        options = try PictureProcessing(from: decoder)
            .filled(from: extensions.decodeIfPresent(PictureProcessing.self, forKey: .processing))
        enableThinking = try extensions.decodeIfPresent(Bool.self, forKey: .enableThinking)
        if enableThinking == nil, extensions.contains(.template), try !extensions.decodeNil(forKey: .template) {
            enableThinking = try extensions.nestedContainer(keyedBy: ChatExtension.self, forKey: .template)
                .decodeIfPresent(Bool.self, forKey: .enableThinking)
        }
    }

    /// Writes the options beside the members.
    public func encode(to encoder: any Encoder) throws {
        try encodeMembers(to: encoder)
        try options.encode(to: encoder)
        var extensions = encoder.container(keyedBy: ChatExtension.self)
        try extensions.encodeIfPresent(enableThinking, forKey: .enableThinking)
    }

    private func encodeMembers(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encodeIfPresent(model, forKey: .model)
        try members.encode(messages, forKey: .messages)
        try members.encodeIfPresent(stream, forKey: .stream)
        try members.encodeIfPresent(maxTokens, forKey: .maxTokens)
    }

    /// The same request as engines read it: the options in the places that they have for them.
    public struct ForEngine: Encodable {
        private let request: ChatRequest

        /// The form of this request.
        public init(_ request: ChatRequest) { self.request = request }

        /// Writes it; what nobody asked for is left to the engine.
        public func encode(to encoder: any Encoder) throws {
            try request.encodeMembers(to: encoder)
            var extensions = encoder.container(keyedBy: ChatExtension.self)
            if request.options != PictureProcessing() { try extensions.encode(request.options, forKey: .processing) }
            if let thinks = request.enableThinking {
                var template = extensions.nestedContainer(keyedBy: ChatExtension.self, forKey: .template)
                try template.encode(thinks, forKey: .enableThinking)
            }
        }
    }
}

/// One turn of a conversation.
public struct ChatMessage: Hashable, Sendable {
    /// `system`, `user` or `assistant`.
    public var role: String
    /// What is said and shown, in order.
    public var content: [ChatPart]

    /// A turn of these parts.
    public init(role: String, content: [ChatPart]) {
        self.role = role
        self.content = content
    }
}

extension ChatMessage: Codable {
    private enum CodingKeys: String, CodingKey { case role, content }

    /// Reads content that is a plain string or a list of parts.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        role = try members.decode(String.self, forKey: .role)
        if let text = try? members.decode(String.self, forKey: .content) {
            content = [.text(text)]
        } else {
            content = try members.decode([ChatPart].self, forKey: .content)
        }
    }
}

/// A piece of a turn: words, a picture or a video.
public enum ChatPart: Hashable, Sendable {
    /// Words.
    case text(String)
    /// A picture at this address: `data:` or `file://`.
    case image(url: String)
    /// A video at this address: `file://`.
    case video(url: String)
    /// A video's frames, decoded: for our own engine.
    case frames(VideoFrames)
}

extension ChatPart: Codable {
    private struct Address: Codable { var url: String }

    private enum CodingKeys: String, CodingKey {
        case type, text
        case image = "image_url"
        case video = "video_url"
        case frames = "video"
    }

    /// Reads `{"type": "text" | "image_url" | "video_url", …}`.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        switch try members.decode(String.self, forKey: .type) {
        case "text": self = .text(try members.decode(String.self, forKey: .text))
        case "image_url": self = .image(url: try members.decode(Address.self, forKey: .image).url)
        case "video_url": self = .video(url: try members.decode(Address.self, forKey: .video).url)
        case "video": self = .frames(try members.decode(VideoFrames.self, forKey: .frames))
        case let type:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: members, debugDescription: "“\(type)” is none of text, image_url and video_url")
        }
    }

    /// Writes the same form.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text):
            try members.encode("text", forKey: .type)
            try members.encode(text, forKey: .text)
        case .image(let url):
            try members.encode("image_url", forKey: .type)
            try members.encode(Address(url: url), forKey: .image)
        case .video(let url):
            try members.encode("video_url", forKey: .type)
            try members.encode(Address(url: url), forKey: .video)
        case .frames(let frames):
            try members.encode("video", forKey: .type)
            try members.encode(frames, forKey: .frames)
        }
    }
}
