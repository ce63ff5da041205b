import MediaTypes

/// The request that has pictures described.
struct ChatRequest {
    /// Any fixed number does: at temperature nought it only settles ties.
    static let seed = 0

    var prompt: DescribingPrompt
    var model: String
    var maxTokens: Int
    /// Whether the server is asked to enforce the answer's form.
    var enforcesForm: Bool
    /// What our own engine is told of how to look; `nil`: it is somebody else's.
    var processing: PictureProcessing?

    /// The body for these pictures. Streamed, so that each word is progress.
    func body(_ pictures: [EncodedPicture]) -> [UInt8] {
        var fields: [String: JSONValue] = [
            "model": .string(model),
            "messages": [["role": "user", "content": .array(content(pictures))]],
            "max_tokens": .integer(maxTokens),
            "temperature": 0,
            "seed": .integer(Self.seed),
            "stream": true,
        ]
        if enforcesForm {
            fields["response_format"] = [
                "type": "json_schema",
                "json_schema": ["name": "description", "strict": true, "schema": AnswerForm.schema],
            ]
        }
        if let processing {
            fields[ChatExtension.processing.rawValue] = .wire(processing)
            fields[AnswerPriority.member] = .integer(AnswerPriority.background)
        }
        return JSONValue.object(fields).bytes
    }

    private func content(_ pictures: [EncodedPicture]) -> [JSONValue] {
        if let clip = VideoFrames(pictures) {
            return [Self.part(prompt.text), ["type": "video", "video": .wire(clip)]]
        }
        return [Self.part(prompt.text)]
            + pictures.flatMap { picture in
                let image: JSONValue = ["type": "image_url", "image_url": ["url": .string(picture.dataAddress)]]
                return (picture.time.map { [Self.part("At \(Self.tenths($0)) s:")] } ?? []) + [image]
            }
    }

    private static func part(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((min(max(seconds, 0), 1e9) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
