import MediaTypes
import MiniCPMV

/// A chat request, read: what the model is asked, and how the answer is to be sent.
struct ReadRequest {
    var generation: GenerationRequest
    var streams: Bool
    var streamsUsage: Bool
}

/// Reads the JSON of OpenAI's chat completions, with what vLLM adds for this model.
struct ChatRequestReader {
    /// Pictures and frames in one request.
    private static let pictureLimit = 4096
    private static let messageLimit = 1024

    private let json: JSON

    static func read(_ body: [UInt8]) throws -> ReadRequest {
        let json: JSON
        do { json = try JSON(parsing: body) } catch {
            throw EngineFault.badRequest(
                "The body is no JSON: \(error.reason), at byte \(error.offset).",
                remedy: "Send a JSON object with “messages”.")
        }
        guard json.members != nil else {
            throw EngineFault.badRequest("The body is no JSON object.", remedy: "Send a JSON object with “messages”.")
        }
        return try ChatRequestReader(json: json).read()
    }

    private func read() throws -> ReadRequest {
        guard let messages = json["messages"]?.elements, (1...Self.messageLimit).contains(messages.count) else {
            throw EngineFault.badRequest(
                "The request holds no messages, or more than \(Self.messageLimit).", remedy: "Send “messages”.")
        }
        var generation = GenerationRequest(messages: try messages.map { try ChatMessage($0) })
        for message in messages { try readMedia(message, into: &generation) }
        generation.tools = try tools()
        generation.processing = try processing()
        generation.sampling = try sampling()
        generation.thinks =
            try flag(ChatExtension.enableThinking.rawValue, in: json[ChatExtension.template.rawValue]) ?? false
        generation.maxTokens = try count("max_completion_tokens") ?? count("max_tokens") ?? generation.maxTokens
        generation.form = try form()
        generation.stops = try stops()
        generation.priority = try integer(AnswerPriority.member) ?? generation.priority
        // Nothing goes before a person's question.
        guard generation.priority >= 0 else {
            throw Self.wrongType(AnswerPriority.member, "a whole number from 0 on")
        }
        if let n = json["n"], n != .null, n.integer != 1 {
            throw EngineFault.badRequest("“n” is not 1.", remedy: "Ask several times for several answers.")
        }
        return ReadRequest(
            generation: generation, streams: try flag("stream", in: json) ?? false,
            streamsUsage: try flag("include_usage", in: json["stream_options"]) ?? false)
    }

    private func readMedia(_ message: JSON, into generation: inout GenerationRequest) throws {
        for part in message["content"]?.elements ?? [] {
            switch part["type"]?.text {
            case "image"?, "image_url"?:
                let address = part["image_url"]?["url"]?.text ?? part["image_url"]?.text ?? part["image"]?.text
                guard let address else { throw Self.withoutAddress }
                generation.pictures.append(try PictureAddress.pixels(address))
            case "video"?: generation.videos.append(try clip(part["video"]))
            case "video_url"?:
                throw EngineFault.badRequest(
                    "A video came as an address, and the engine decodes no files.",
                    remedy: "Ask the daemon about file:// addresses, or send its frames as a part “video”.")
            default: break
            }
            let frames = generation.videos.reduce(0) { $0 + $1.frames.count }
            guard generation.pictures.count + frames <= Self.pictureLimit else {
                throw EngineFault.badRequest(
                    "The request holds more than \(Self.pictureLimit) pictures.", remedy: "Ask about fewer.")
            }
        }
    }

    private static let withoutAddress = EngineFault.badRequest(
        "A picture has no address.", remedy: "Send {\"type\": \"image_url\", \"image_url\": {\"url\": …}}.")

    private func clip(_ json: JSON?) throws -> VideoClip {
        func member(_ key: VideoFrames.CodingKeys) -> JSON? { json?[key.rawValue] }
        guard let frames = member(.frames)?.elements, let indices = member(.frameIndices)?.elements,
            let fps = member(.fps)?.double, let duration = member(.duration)?.double,
            let count = member(.totalNumFrames)?.integer
        else {
            let names = VideoFrames.CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw EngineFault.badRequest("A video lacks one of \(names).", remedy: "Send all of them.")
        }
        return VideoClip(
            frames: try frames.map { frame in
                guard let address = frame.text else { throw Self.withoutAddress }
                return try PictureAddress.pixels(address)
            },
            framesPerSecond: fps, duration: duration, frameCount: count, frameIndices: indices.compactMap(\.integer))
    }

    private func tools() throws -> [JSON] {
        if json["tool_choice"]?.text == "none" { return [] }
        let tools = json["tools"]?.elements ?? []
        guard tools.allSatisfy({ ($0["function"] ?? $0)["name"]?.text != nil }) else {
            throw EngineFault.badRequest("A tool has no name.", remedy: "Send tools as OpenAI's requests have them.")
        }
        return tools
    }

    private func processing() throws -> ProcessingOptions {
        typealias Key = PictureProcessing.CodingKeys
        var options = ProcessingOptions()
        let place = ChatExtension.processing.rawValue
        guard let given = json[place], let members = given.members else { return options }
        for member in members where Key(rawValue: member.key) == nil {
            throw EngineFault.badRequest(
                "\(place) has no “\(member.key.prefix(64))”.",
                remedy: "Use \(Key.allCases.map(\.rawValue).sorted().joined(separator: ", ")).")
        }
        let modeKey = Key.downsampleMode.rawValue
        if let mode = given[modeKey], mode != .null {
            guard let mode = DownsampleMode(rawValue: mode.text ?? "") else {
                throw EngineFault.badRequest("\(modeKey) is neither 4x nor 16x.", remedy: "Choose one of them.")
            }
            options.downsampleMode = mode
        }
        options.maxSliceNums = try count(Key.maxSliceNums.rawValue, in: given) ?? options.maxSliceNums
        options.maxNumFrames = try count(Key.maxNumFrames.rawValue, in: given) ?? options.maxNumFrames
        options.stackFrames = try count(Key.stackFrames.rawValue, in: given) ?? options.stackFrames
        options.useImageID = try flag(Key.useImageID.rawValue, in: given) ?? options.useImageID
        options.sliceMode = try flag(Key.sliceMode.rawValue, in: given) ?? options.sliceMode
        return options
    }

    private func sampling() throws -> SamplingOptions {
        var options = SamplingOptions()
        options.temperature = try number("temperature") ?? options.temperature
        options.topP = try number("top_p") ?? options.topP
        options.topK = try integer("top_k") ?? options.topK
        options.minP = try number("min_p") ?? options.minP
        options.repetitionPenalty = try number("repetition_penalty") ?? options.repetitionPenalty
        options.presencePenalty = try number("presence_penalty") ?? options.presencePenalty
        options.frequencyPenalty = try number("frequency_penalty") ?? options.frequencyPenalty
        options.seed = try integer("seed").map { UInt64(bitPattern: Int64($0)) }
        // Elsewhere −1 says “all”.
        if options.topK == -1 { options.topK = 0 }
        return options
    }

    private func form() throws -> JSON? {
        guard let format = json["response_format"], format != .null else { return nil }
        switch format["type"]?.text {
        case "text"?: return nil
        case "json_object"?: return .object([.init("type", .string("object"))])
        case "json_schema"?:
            guard let schema = format["json_schema"]?["schema"] else {
                throw EngineFault.badRequest("response_format has no schema.", remedy: "Send json_schema.schema.")
            }
            return schema
        default:
            throw EngineFault.badRequest(
                "response_format is of no known type.", remedy: "Use text, json_object or json_schema.")
        }
    }

    private func stops() throws -> [String] {
        guard let given = json["stop"], given != .null else { return [] }
        let stops = given.text.map { [$0] } ?? given.elements?.compactMap(\.text) ?? []
        guard (1...16).contains(stops.count), stops.allSatisfy({ (1...1024).contains($0.utf8.count) }) else {
            throw EngineFault.badRequest("“stop” is no text or list of texts.", remedy: "Send up to 16 of them.")
        }
        return stops
    }

    private func number(_ key: String) throws -> Float? {
        guard let value = json[key], value != .null else { return nil }
        guard let number = value.double else { throw Self.wrongType(key, "a number") }
        return Float(number)
    }

    private func integer(_ key: String) throws -> Int? {
        guard let value = json[key], value != .null else { return nil }
        guard let integer = value.integer else { throw Self.wrongType(key, "a whole number") }
        return integer
    }

    private func count(_ key: String, in object: JSON? = nil) throws -> Int? {
        guard let value = (object ?? json)[key], value != .null else { return nil }
        guard let count = value.integer, count > 0 else { throw Self.wrongType(key, "a whole number above 0") }
        return count
    }

    private func flag(_ key: String, in object: JSON?) throws -> Bool? {
        guard let value = object?[key], value != .null else { return nil }
        guard let flag = value.flag else { throw Self.wrongType(key, "true or false") }
        return flag
    }

    private static func wrongType(_ key: String, _ what: String) -> EngineFault {
        .badRequest("“\(key)” is not \(what).", remedy: "Send \(what), or leave it out.")
    }
}
