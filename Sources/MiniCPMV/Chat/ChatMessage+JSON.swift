extension ChatMessage {
    /// Reads a message as OpenAI's requests have it.
    ///
    /// - Throws: where a role or a part is not known, or arguments are no JSON object.
    public init(_ json: JSON) throws(ChatError) {
        guard let name = json["role"]?.text else { throw .badMessage("it has no role") }
        // Newer clients say “developer” for the system's voice.
        guard let role = Role(rawValue: name == "developer" ? "system" : name) else {
            throw .badMessage("its role is “\(name.prefix(32))”")
        }
        var calls: [ToolCall] = []
        for call in json["tool_calls"]?.elements ?? [] { calls.append(try ToolCall(call)) }
        self.init(
            role: role, content: try Content(json["content"] ?? .null), reasoning: json["reasoning_content"]?.text,
            toolCalls: calls)
    }
}

extension ChatMessage.Content {
    /// A text, a list of parts, or nothing.
    fileprivate init(_ json: JSON) throws(ChatError) {
        switch json {
        case .null: self = .none
        case .string(let text): self = .text(text)
        case .array(let elements):
            var parts: [ChatMessage.Part] = []
            for element in elements { parts.append(try ChatMessage.Part(element)) }
            self = .parts(parts)
        default: throw .badMessage("its content is neither a text nor a list of parts")
        }
    }
}

extension ChatMessage.Part {
    fileprivate init(_ json: JSON) throws(ChatError) {
        switch json["type"]?.text {
        case "image"?, "image_url"?: self = .image
        case "video"?, "video_url"?: self = .video
        case "text"?:
            guard let text = json["text"]?.text else { throw .badMessage("a part of it has no text") }
            self = .text(text)
        case let type?: throw .badMessage("a part of it is of the type “\(type.prefix(32))”")
        case nil: throw .badMessage("a part of it has no type")
        }
    }
}

extension ToolCall {
    /// Arguments are a text that holds an object, or the object itself.
    fileprivate init(_ json: JSON) throws(ChatError) {
        let function = json["function"] ?? json
        guard let name = function["name"]?.text else { throw .badMessage("a tool call has no name") }
        switch function["arguments"] {
        case nil: self.init(name: name, arguments: [])
        case .object(let members)?: self.init(name: name, arguments: members)
        case .string(let text)?:
            guard let members = (try? JSON(parsing: Array(text.utf8)))?.members else {
                throw .badMessage("the arguments of “\(name.prefix(64))” are no JSON object")
            }
            self.init(name: name, arguments: members)
        default: throw .badMessage("the arguments of “\(name.prefix(64))” are no JSON object")
        }
    }
}
