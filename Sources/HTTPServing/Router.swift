/// Which function answers which request.
public struct Router: Sendable {
    /// Answers one request. What it throws goes through the router's `errorResponse`.
    public typealias Handler = @Sendable (HTTPServerRequest) async throws -> HTTPServerResponse

    private struct Route: Sendable {
        let method: String
        let pattern: [String]
        let bodyLimit: Int?
        let handler: Handler
    }

    private var routes: [Route] = []
    private let makeErrorResponse: @Sendable (any Error) -> HTTPServerResponse

    /// A router without routes.
    ///
    /// - Parameter errorResponse: The answer for what a route threw, and for every `HTTPServerFault`.
    public init(errorResponse: @escaping @Sendable (any Error) -> HTTPServerResponse) {
        makeErrorResponse = errorResponse
    }

    /// Answers `method` on paths like `/v1/assets/{id}`; a component in braces matches any one component.
    ///
    /// - Parameter bodyLimit: Bytes of the body, where the server's limit does not fit this route.
    public mutating func on(
        _ method: String, _ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Handler
    ) {
        let components = pattern.split(separator: "/").map(String.init)
        routes.append(Route(method: method, pattern: components, bodyLimit: bodyLimit, handler: handler))
    }

    /// The answer to this request; never throws, since every error has an answer.
    public func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        do {
            let (route, parameters) = try route(for: request.method, request.path)
            var request = request
            request.parameters = parameters
            return try await route.handler(request)
        } catch {
            return errorResponse(error)
        }
    }

    /// The answer for this error.
    func errorResponse(_ error: any Error) -> HTTPServerResponse {
        var response = makeErrorResponse(error)
        if case HTTPServerFault.methodNotAllowed(let allowed) = error {
            response.headers.append(("Allow", allowed.joined(separator: ", ")))
        }
        return response
    }

    /// The route's own limit on bodies; `nil`: it has none, or there is no route.
    func bodyLimit(_ method: String, _ path: [String]) -> Int? {
        try? route(for: method, path).route.bodyLimit
    }

    private func route(
        for method: String, _ path: [String]
    ) throws(HTTPServerFault) -> (route: Route, parameters: [String: String]) {
        // HEAD is GET whose body is not sent; the conversation leaves it out.
        let method = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        for route in routes {
            guard let parameters = Self.match(route.pattern, path) else { continue }
            if route.method == method { return (route, parameters) }
            allowed.append(route.method)
        }
        guard allowed.isEmpty else { throw .methodNotAllowed(allowed: allowed) }
        throw .notFound(path: "/" + path.joined(separator: "/"))
    }

    private static func match(_ pattern: [String], _ path: [String]) -> [String: String]? {
        guard pattern.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (wanted, component) in zip(pattern, path) {
            if wanted.hasPrefix("{"), wanted.hasSuffix("}") {
                parameters[String(wanted.dropFirst().dropLast())] = component
            } else if wanted != component {
                return nil
            }
        }
        return parameters
    }
}
