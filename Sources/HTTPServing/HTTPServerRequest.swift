/// A request that has arrived completely.
public struct HTTPServerRequest: Sendable {
    /// The method in capitals, as "GET".
    public var method: String
    /// The path's components, percent-decoded: "/v1/assets/7" is ["v1", "assets", "7"].
    public var path: [String]
    /// What follows the question mark.
    public var query: HTTPQuery
    /// The header fields.
    public var headers: HTTPHeaderFields
    /// The body; empty where there is none.
    public var body: [UInt8]
    /// What the route's `{name}` components matched.
    public var parameters: [String: String]

    /// A request of these parts.
    public init(
        method: String, path: [String], query: HTTPQuery = HTTPQuery(), headers: HTTPHeaderFields = HTTPHeaderFields(),
        body: [UInt8] = [], parameters: [String: String] = [:]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.parameters = parameters
    }
}

/// Header fields in their order; names compare without regard to case.
public struct HTTPHeaderFields: Sendable {
    /// The fields as they came.
    public private(set) var fields: [(name: String, value: String)]

    /// These fields.
    public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    /// The first value of the field with this name.
    public subscript(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }
}

/// The items of a query in their order; a name may come more than once.
public struct HTTPQuery: Sendable {
    /// One `name=value`; the value is bytes, since paths of files need not be UTF-8.
    public struct Item: Equatable, Sendable {
        /// The name, decoded.
        public var name: String
        /// The value, decoded; empty where there is no `=`.
        public var bytes: [UInt8]

        /// An item of this name and value.
        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The items.
    public var items: [Item]

    /// A query of these items.
    public init(_ items: [Item] = []) { self.items = items }

    /// The first value of this name, as it is on the wire once decoded.
    public func bytes(_ name: String) -> [UInt8]? { items.first { $0.name == name }?.bytes }

    /// The first value of this name as text, bytes that are no UTF-8 replaced.
    public subscript(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }
}
