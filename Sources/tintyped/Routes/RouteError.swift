import DaemonAPI
import HTTPServing

/// An answer that is a refusal: what the client gets as `{"error": …}`.
struct RouteError: Error {
    /// The HTTP status.
    var status: Int
    /// Code, message and remedy.
    var problem: Problem

    init(_ status: Int, _ code: String, _ message: String, remedy: String? = nil) {
        self.status = status
        problem = Problem(code: code, message: message, remedy: remedy)
    }

    static func badRequest(_ message: String, remedy: String? = nil) -> RouteError {
        RouteError(400, "bad-request", message, remedy: remedy)
    }
}

extension HTTPServerResponse {
    /// A reply as JSON.
    static func reply(_ value: some Encodable, status: Int = 200) throws -> HTTPServerResponse {
        .json(Array(try WireCoding.encode(value)) + [UInt8(ascii: "\n")], status: status)
    }
}

extension HTTPServerRequest {
    /// The body as a value of this type.
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try WireCoding.decode(type, from: .init(body))
        } catch {
            throw RouteError.badRequest(
                "The body is not the JSON object that this route takes.", remedy: "See README, “The socket”.")
        }
    }

    /// A whole number in the query; `nil` where it is not given.
    func integer(_ name: String, within range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw RouteError.badRequest(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
