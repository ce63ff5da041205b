import HTTPTransport
public import MediaTypes

/// Asks the daemon on its Unix socket. It must be running; the command line sees to that.
public struct DaemonClient: Sendable {
    /// The daemon's socket.
    public let socket: MediaPath

    /// A client of the daemon on this socket. Nothing is sent yet.
    public init(socket: MediaPath) { self.socket = socket }

    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// How long the daemon may say nothing.
    enum Patience {
        /// A minute: it answers from its database.
        case usual
        /// As long as the connection holds: the answer waits for something else.
        case endless

        var limit: Duration { self == .usual ? .seconds(60) : .seconds(365 * 86_400) }
    }

    /// A page of hits carries the words of each of its pictures; nothing else comes near this.
    private static let replyLimit = 256 << 20

    /// Asks, and reads the reply as a value of the type that is expected.
    func ask<Answer: Decodable>(
        _ method: Method, _ target: RequestTarget, patience: Patience = .usual
    ) async throws(DaemonClientError) -> Answer {
        try await ask(method, target, body: nil as String?, patience: patience)
    }

    /// Asks with a body of JSON, and reads the reply as a value of the type that is expected.
    func ask<Answer: Decodable>(
        _ method: Method, _ target: RequestTarget, body: (some Encodable)?, patience: Patience = .usual
    ) async throws(DaemonClientError) -> Answer {
        let request = try request(method, target, body: body, patience: patience)
        let response: HTTPResponse
        do {
            response = try await HTTPClient().send(request)
        } catch {
            throw .transport(error, socket)
        }
        guard response.head.isSuccess else { throw .refused(response.status, body: response.body, target.text) }
        do {
            return try WireCoding.decode(Answer.self, from: response.body)
        } catch {
            throw .brokenReply(target.route, because: Self.reason(error))
        }
    }

    /// Asks, and returns once the daemon has begun to answer; the rest comes piece by piece.
    func open(
        _ method: Method, _ target: RequestTarget, body: (some Encodable)?
    ) async throws(DaemonClientError) -> HTTPStream {
        let request = try request(method, target, body: body, patience: .endless)
        do {
            let stream = try await HTTPClient().stream(request)
            if stream.head.isSuccess { return stream }
            throw DaemonClientError.refused(stream.head.status, body: try await stream.collect(), target.text)
        } catch let error as HTTPError {
            throw .transport(error, socket)
        } catch let error as DaemonClientError {
            throw error
        } catch {
            throw .brokenReply(target.route, because: "\(error)")
        }
    }

    private func request(
        _ method: Method, _ target: RequestTarget, body: (some Encodable)?, patience: Patience
    ) throws(DaemonClientError) -> HTTPRequest {
        do {
            var request = HTTPRequest(
                try Endpoint.unix(socketPath: socket.text), method: method.rawValue, path: target.text)
            request.progressTimeout = patience.limit
            request.responseLimit = Self.replyLimit
            if let body {
                request.body = Array(try WireCoding.encode(body))
                request.headers.append(HTTPHeader("Content-Type", "application/json"))
            }
            return request
        } catch {
            throw .unreachable(socket, because: (error as? HTTPError)?.message ?? "\(error)")
        }
    }

    /// What a decoding error says about the JSON, without Swift's names for types.
    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "the member \(key.stringValue) is missing."
        case .valueNotFound(_, let place), .typeMismatch(_, let place):
            "the member \(place.codingPath.map(\.stringValue).joined(separator: ".")) is of another kind."
        case .dataCorrupted(let place): place.debugDescription
        default: "\(error)"
        }
    }
}
