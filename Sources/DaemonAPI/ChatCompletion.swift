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
    /// How strongly pictures are condensed: `4x` or `16x`.
    public var downsampleMode: String?
    /// The most slices a large picture is cut into.
    public var maxSliceNums: Int?
    /// The most frames taken of a video.
    public var maxNumFrames: Int?
    /// How many frames are put together into one picture.
    public var stackFrames: Int?
    /// Whether pictures are numbered for the model.
    public var useImageID: Bool?
    /// Whether the model thinks before it answers.
    public var enableThinking: Bool?
    /// The same options where engines look for them: the daemon fills this in.
    public var processing: ChatProcessing?
    /// The same for thinking.
    public var templateOptions: ChatTemplateOptions?

    /// A conversation of these messages.
    public init(messages: [ChatMessage]) { self.messages = messages }

    private enum CodingKeys: String, CodingKey {
        case model, messages, stream
        case maxTokens = "max_tokens"
        case downsampleMode = "downsample_mode"
        case maxSliceNums = "max_slice_nums"
        case maxNumFrames = "max_num_frames"
        case stackFrames = "stack_frames"
        case useImageID = "use_image_id"
        case enableThinking = "enable_thinking"
        case processing = "mm_processor_kwargs"
        case templateOptions = "chat_template_kwargs"
    }
}

/// How pictures are prepared, in the names of the model card.
public struct ChatProcessing: Codable, Hashable, Sendable {
    /// `4x` or `16x`.
    public var downsampleMode: String?
    /// The most slices a large picture is cut into.
    public var maxSliceNums: Int?
    /// The most frames taken of a video.
    public var maxNumFrames: Int?
    /// How many frames are put together into one picture.
    public var stackFrames: Int?
    /// Whether pictures are numbered for the model.
    public var useImageID: Bool?

    /// Options of these.
    public init(
        downsampleMode: String?, maxSliceNums: Int?, maxNumFrames: Int?, stackFrames: Int?, useImageID: Bool?
    ) {
        self.downsampleMode = downsampleMode
        self.maxSliceNums = maxSliceNums
        self.maxNumFrames = maxNumFrames
        self.stackFrames = stackFrames
        self.useImageID = useImageID
    }

    private enum CodingKeys: String, CodingKey {
        case downsampleMode = "downsample_mode"
        case maxSliceNums = "max_slice_nums"
        case maxNumFrames = "max_num_frames"
        case stackFrames = "stack_frames"
        case useImageID = "use_image_id"
    }
}

/// What the chat template is told.
public struct ChatTemplateOptions: Codable, Hashable, Sendable {
    /// Whether the model thinks before it answers.
    public var enableThinking: Bool

    /// Options of these.
    public init(enableThinking: Bool) { self.enableThinking = enableThinking }

    private enum CodingKeys: String, CodingKey { case enableThinking = "enable_thinking" }
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
