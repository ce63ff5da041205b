import HTTPServing
import MiniCPMV

/// A refusal as clients of OpenAI's interface read it: `{"error": {…}}`.
struct EngineFault: Error {
    var status: Int
    var code: String
    var message: String
    var remedy: String

    init(_ status: Int, _ code: String, _ message: String, remedy: String) {
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    static func badRequest(_ message: String, remedy: String) -> EngineFault {
        EngineFault(400, "bad-request", message, remedy: remedy)
    }

    static let busy = EngineFault(
        503, "busy", "The engine has too many questions to answer.", remedy: "Ask again in a moment.")

    /// What was thrown, as a refusal.
    init(_ error: any Error) {
        switch error {
        case let fault as EngineFault: self = fault
        case let fault as HTTPServerFault:
            self.init(fault.status, fault.code, fault.message, remedy: fault.remedy)
        case let error as ModelError:
            switch error.code {
            case .badModel: self.init(500, "bad-model", error.message, remedy: error.remedy)
            case .badRequest: self.init(400, "bad-request", error.message, remedy: error.remedy)
            case .tooLong: self.init(400, "context-length-exceeded", error.message, remedy: error.remedy)
            }
        case let error as ChatError: self = .badRequest(error.message, remedy: error.remedy)
        default:
            self.init(503, "stopped", "The engine was stopped before it had answered.", remedy: "Ask again.")
        }
    }

    var json: JSON {
        let type = status < 500 ? "invalid_request_error" : "server_error"
        return .object([
            .init(
                "error",
                .object([
                    .init("message", .string(message)), .init("type", .string(type)), .init("code", .string(code)),
                    .init("remedy", .string(remedy)),
                ]))
        ])
    }

    var response: HTTPServerResponse {
        var response = HTTPServerResponse.json(Array((json.compactText + "\n").utf8), status: status)
        if status == 503 { response.headers.append(("Retry-After", "1")) }
        return response
    }
}

extension JSON.Member {
    init(_ key: String, _ value: JSON) { self.init(key: key, value: value) }
}
