/// What a server sends: a whole completion, a piece of one, or an error, which any of them may hold.
struct ChatWire: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            var content: String?
        }

        /// In a whole completion.
        var message: Message?
        /// In a piece.
        var delta: Message?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case message, delta
            case finishReason = "finish_reason"
        }
    }

    var choices: [Choice]?
    var error: WireError?
}

/// An error as servers send it: `{"error": {"message": …}}`, `{"error": "…"}` or `{"message": …}`.
struct WireError: Decodable {
    var message: String

    private enum CodingKeys: String, CodingKey { case message, error, detail }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            message = text
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let nested = try? container.decode(WireError.self, forKey: .error) {
            message = nested.message
        } else if let text = try? container.decode(String.self, forKey: .message) {
            message = text
        } else {
            message = try container.decode(String.self, forKey: .detail)
        }
    }
}

/// The answer to `/v1/models`.
struct ModelList: Decodable {
    struct Model: Decodable {
        var id: String
    }

    var data: [Model]
}
