import CCurl

/// Where an HTTP server listens: a Unix socket, or an address on a network.
public struct Endpoint: Hashable, Sendable {
    /// How it is reached.
    enum Reach: Hashable, Sendable {
        case unix(socketPath: String)
        /// `origin` is scheme, host and port.
        case network(origin: String, isLoopback: Bool)
    }

    let reach: Reach
    /// What every path begins with, without a trailing slash; empty where there is nothing.
    public let basePath: String
    /// `user:password` of the address, kept apart so that nothing prints it.
    let credentials: String?

    /// `sun_path` holds 108 bytes, the last of which is a NUL.
    private static let socketPathLimit = 107

    /// The server at a Unix socket.
    public static func unix(socketPath: String) throws(HTTPError) -> Endpoint {
        try Endpoint("unix:" + socketPath)
    }

    /// Reads `unix:/path`, `unix:///path`, either followed by `:/base`, `http://host:port/base` or `https://…`.
    public init(_ text: String) throws(HTTPError) {
        if text.hasPrefix("unix:") {
            try self.init(socket: text.dropFirst("unix:".count), text: text)
        } else {
            try self.init(url: text)
        }
    }

    private init(socket: Substring, text: String) throws(HTTPError) {
        let path = socket.hasPrefix("//") ? socket.dropFirst(2) : socket
        guard path.hasPrefix("/") else { throw .badAddress(text, because: "a socket's path begins with /") }
        var socketPath = path
        var base: Substring = ""
        if let cut = path.indices.first(where: { path[$0...].hasPrefix(":/") }) {
            socketPath = path[..<cut]
            base = path[path.index(after: cut)...]
        }
        guard !socketPath.utf8.contains(0), socketPath.utf8.count <= Self.socketPathLimit else {
            throw .badAddress(text, because: "a socket's path has at most \(Self.socketPathLimit) bytes")
        }
        reach = .unix(socketPath: String(socketPath))
        basePath = Self.trimmed(base)
        credentials = nil
    }

    private init(url text: String) throws(HTTPError) {
        switch URLParts.read(text) {
        case .success(let parts):
            guard parts.query == nil, parts.fragment == nil else {
                throw .badAddress("the URL", because: "a server's address has no query and no fragment")
            }
            self.init(parts, basePath: Self.trimmed(parts.path[...]))
        // The text is not repeated: it may hold a password.
        case .failure(let fault): throw .badAddress("the URL", because: fault.reason)
        }
    }

    /// The server of a URL.
    init(_ parts: URLParts, basePath: String) {
        let port = parts.port.map { ":" + $0 } ?? ""
        let origin = "\(parts.scheme)://\(parts.host)\(port)"
        self.init(
            reach: .network(origin: origin, isLoopback: Self.isLoopback(parts.host)), basePath: basePath,
            credentials: parts.user.map { $0 + ":" + (parts.password ?? "") })
    }

    /// The same server from its root on.
    var withoutBasePath: Endpoint { Endpoint(reach: reach, basePath: "", credentials: credentials) }

    private init(reach: Reach, basePath: String, credentials: String?) {
        self.reach = reach
        self.basePath = basePath
        self.credentials = credentials
    }

    private static func trimmed(_ path: Substring) -> String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// What curl is told; a socket's server gets `localhost` as its host.
    var origin: String {
        switch reach {
        case .unix: "http://localhost"
        case .network(let origin, _): origin
        }
    }

    /// Whether the server is on this machine, so that no proxy has a say.
    public var isLocal: Bool {
        switch reach {
        case .unix: true
        case .network(_, let isLoopback): isLoopback
        }
    }
}

extension Endpoint: CustomStringConvertible, CustomReflectable {
    /// The address without credentials.
    public var description: String {
        switch reach {
        case .unix(let socketPath): "unix:" + socketPath + (basePath.isEmpty ? "" : ":" + basePath)
        case .network(let origin, _): origin + basePath
        }
    }

    /// What a dump shows: the address, never the credentials.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
