import Foundation

/// What a scripted engine was asked.
public struct ScriptedEngineRequest: Sendable {
    /// The model's name.
    public var model: String
    /// The texts of the request, joined by line feeds.
    public var prompt: String
    /// The pictures, as they were before base64.
    public var pictures: [[UInt8]]
    /// Whether the answer's form is to be enforced.
    public var wantsForm: Bool
    /// Whether the answer is to come as events.
    public var isStreamed: Bool

    /// Reads a chat request; `nil`: the body is none.
    public init?(_ request: ScriptedServerRequest) {
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(request.body)) else { return nil }
        let parts = wire.messages.flatMap(\.parts)
        model = wire.model ?? ""
        prompt = parts.compactMap(\.text).joined(separator: "\n")
        pictures = parts.compactMap(\.image_url).compactMap { image in
            image.url.split(separator: ",").last.flatMap { Data(base64Encoded: String($0)) }.map { Array($0) }
        }
        wantsForm = wire.response_format != nil
        isStreamed = wire.stream ?? false
    }

    // Named as on the wire.
    private struct Wire: Decodable {
        struct Form: Decodable {}
        var model: String?
        var messages: [Message]
        var response_format: Form?
        var stream: Bool?
    }

    private struct Message: Decodable {
        struct Part: Decodable {
            struct Image: Decodable { var url: String }
            var text: String?
            var image_url: Image?
        }
        var parts: [Part]

        enum CodingKeys: CodingKey { case content }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            if let text = try? container.decode(String.self, forKey: .content) {
                parts = [Part(text: text)]
            } else {
                parts = try container.decode([Part].self, forKey: .content)
            }
        }
    }
}

/// What a scripted engine says of a picture.
public struct ScriptedEngineAnswer: Encodable, Sendable {
    /// One to three sentences.
    public var caption: String
    /// Nouns.
    public var tags: [String]
    /// The words in the picture.
    public var text: String
    /// Their language.
    public var language: String

    /// An answer of these parts.
    public init(caption: String, tags: [String] = [], text: String = "", language: String = "") {
        self.caption = caption
        self.tags = tags
        self.text = text
        self.language = language
    }

    /// The answer in the form that is asked for.
    public var json: String {
        guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("\(self) is no JSON") }
        return String(decoding: data, as: UTF8.self)
    }
}

extension ScriptedServer {
    /// A server that is an engine: lists one model, and says of each request's pictures what `describe` says.
    public static func engine(
        on place: Place = .loopback, model: String = "scripted",
        describe: @escaping @Sendable (ScriptedEngineRequest) -> ScriptedEngineAnswer
    ) throws -> ScriptedServer {
        try ScriptedServer(on: place) { request in
            switch (request.method, request.target) {
            case ("GET", "/v1/models"): return .models([model])
            case ("POST", "/v1/chat/completions"):
                guard let asked = ScriptedEngineRequest(request) else {
                    return .engineError("no chat request", status: 400)
                }
                return .completion(describe(asked).json, isStreamed: asked.isStreamed)
            default: return .engineError("no such route", status: 404)
            }
        }
    }
}

extension ScriptedServerReply {
    /// The answer to `/v1/models`.
    public static func models(_ names: [String]) -> ScriptedServerReply {
        .whole(#"{"object":"list","data":[\#(names.map { #"{"id":\#(quoted($0))}"# }.joined(separator: ","))]}"#)
    }

    /// An engine's error.
    public static func engineError(_ message: String, status: Int, headers: [String] = []) -> ScriptedServerReply {
        .whole(#"{"error":{"message":\#(quoted(message)),"code":\#(status)}}"#, status: status, headers: headers)
    }

    /// A completion with this text: whole, or as events of three characters each in transfer chunks of `size` bytes.
    public static func completion(
        _ content: String, isStreamed: Bool = true, every size: Int = 1 << 16
    ) -> ScriptedServerReply {
        guard isStreamed else {
            return .whole(
                #"{"choices":[{"message":{"role":"assistant","content":\#(quoted(content))},"finish_reason":"stop"}]}"#)
        }
        var pieces: [String] = [#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#]
        var rest = Substring(content)
        while !rest.isEmpty {
            pieces.append(#"{"choices":[{"delta":{"content":\#(quoted(String(rest.prefix(3))))}}]}"#)
            rest = rest.dropFirst(3)
        }
        return .events(pieces + [#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, "[DONE]"], every: size)
    }

    private static func quoted(_ text: String) -> String {
        guard let data = try? JSONEncoder().encode(text) else { preconditionFailure("\(text) is no JSON") }
        return String(decoding: data, as: UTF8.self)
    }
}
