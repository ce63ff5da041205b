import HTTPTransport

extension EngineProblem {
    static func badAddress(_ error: HTTPError) -> EngineProblem {
        EngineProblem(code: .unavailable, message: error.message, remedy: error.remedy)
    }

    static func transport(_ error: HTTPError) -> EngineProblem {
        let code: Code =
            switch error.code {
            case .timedOut: .timeout
            case .cancelled: .cancelled
            case .tooLarge: .badAnswer
            default: .unavailable
            }
        return EngineProblem(code: code, message: error.message, remedy: error.remedy)
    }

    /// What a status means. `detail` is what the server said of it, cleaned; empty where it said nothing.
    static func status(_ head: HTTPResponseHead, of engine: String, model: String, detail: String) -> EngineProblem {
        let said = detail.isEmpty ? "." : ": \(detail)"
        func problem(_ code: Code, _ message: String, _ remedy: String) -> EngineProblem {
            EngineProblem(
                code: code, message: message, remedy: remedy, retryAfter: retryAfter(head), status: head.status)
        }
        switch head.status {
        case 401, 403:
            // What the server says may repeat the key.
            return problem(
                .refused, "The engine at \(engine) does not let us in (status \(head.status)).",
                "Set the right key in the section [engine] of the configuration.")
        case 404 where detail.lowercased().contains("model"):
            return problem(
                .noModel, "The engine at \(engine) has no model “\(model)”\(said)",
                "Load it there, or name another in the section [engine] of the configuration.")
        case 404, 405:
            return problem(
                .unavailable, "The server at \(engine) is no OpenAI-compatible engine (status \(head.status)).",
                "Check the url in the section [engine] of the configuration.")
        case 429:
            return problem(.busy, "The engine at \(engine) has too much to do\(said)", "It is asked again later.")
        case 500...:
            return problem(
                head.status == 503 ? .busy : .unavailable,
                "The engine at \(engine) failed (status \(head.status))\(said)", "See its log; it is asked again later."
            )
        default:
            return problem(
                .badRequest, "The engine at \(engine) does not take this request (status \(head.status))\(said)",
                detail.isEmpty ? "Check that its model reads pictures." : "Ask otherwise, as it says.")
        }
    }

    static func failedMidway(_ engine: String, detail: String) -> EngineProblem {
        EngineProblem(
            code: .unavailable, message: "The engine at \(engine) failed in the middle of its answer: \(detail)",
            remedy: "See its log; it is asked again later.")
    }

    static func badAnswer(_ engine: String, because reason: String) -> EngineProblem {
        EngineProblem(code: .badAnswer, message: "The answer of the engine at \(engine) is of no use: \(reason).")
    }

    static func noModelListed(_ engine: String) -> EngineProblem {
        EngineProblem(
            code: .noModel, message: "The engine at \(engine) lists no model.",
            remedy: "Load one there, or name one in the section [engine] of the configuration.")
    }

    static func modelNotListed(_ model: String, _ engine: String, listed: [String]) -> EngineProblem {
        let names = listed.prefix(8).joined(separator: ", ") + (listed.count > 8 ? ", …" : "")
        return EngineProblem(
            code: .noModel, message: "The engine at \(engine) has no model “\(model)”; it has \(names).",
            remedy: "Load it there, or name one of those in the section [engine] of the configuration.")
    }

    static let noChatRequest = EngineProblem(
        code: .badRequest, message: "The body is no chat request.",
        remedy: "Send a JSON object with “messages”, as OpenAI's chat completions have it.")

    /// Only the form in seconds: the form with a date is not used by engines.
    private static func retryAfter(_ head: HTTPResponseHead) -> Duration? {
        guard let seconds = head["retry-after"].flatMap({ Double($0) }), (0...86_400).contains(seconds) else {
            return nil
        }
        return .seconds(seconds)
    }
}
