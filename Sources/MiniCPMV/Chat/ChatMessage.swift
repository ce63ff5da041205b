/// One message of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable { case system, user, assistant, tool }

    /// A piece of a message. Pictures and videos are those of the request, in their order.
    public enum Part: Sendable, Equatable { case text(String), image, video }

    /// What is said.
    public enum Content: Sendable, Equatable { case none, text(String), parts([Part]) }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: Content
    /// An assistant's thought, where it is kept apart.
    public var reasoning: String?
    /// What an assistant called for.
    public var toolCalls: [ToolCall]

    /// A message of these.
    public init(role: Role, content: Content, reasoning: String? = nil, toolCalls: [ToolCall] = []) {
        self.role = role
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
    }

    /// How many pictures and videos it names.
    public var mediaCounts: (images: Int, videos: Int) {
        guard case .parts(let parts) = content else { return (0, 0) }
        return (parts.count { $0 == .image }, parts.count { $0 == .video })
    }
}

/// A call of a tool with its arguments in order.
public struct ToolCall: Sendable, Equatable {
    /// The tool's name.
    public var name: String
    /// Its arguments.
    public var arguments: [JSON.Member]

    /// A call of these.
    public init(name: String, arguments: [JSON.Member]) {
        self.name = name
        self.arguments = arguments
    }
}
