/// Status and headers of an answer.
public struct HTTPResponseHead: Hashable, Sendable {
    /// 200, 404, …
    public var status: Int
    /// In the order in which they came.
    public var headers: [HTTPHeader] = []

    /// A head without headers.
    public init(status: Int) { self.status = status }

    /// Whether the status is 200…299.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// The first value of a header, its name in any case.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}

/// A whole answer.
public struct HTTPResponse: Hashable, Sendable {
    /// Status and headers.
    public var head: HTTPResponseHead
    /// The body.
    public var body: [UInt8]

    /// 200, 404, …
    public var status: Int { head.status }
    /// The body as text, bytes that are no UTF-8 replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// An answer whose body is read as it comes. Read it with one loop; letting go of it ends the request.
public struct HTTPStream: AsyncSequence, Sendable {
    /// Status and headers.
    public let head: HTTPResponseHead
    private let owner: PipeOwner

    init(head: HTTPResponseHead, owner: PipeOwner) {
        self.head = head
        self.owner = owner
    }

    /// The chunks, in order, none empty.
    public func makeAsyncIterator() -> Iterator { Iterator(owner: owner) }

    /// Hands out the chunks of one answer.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let owner: PipeOwner

        /// The next chunk; `nil`: the answer is whole.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation)
            async throws(HTTPError) -> [UInt8]?
        {
            try await owner.pipe.next(isolation: actor)
        }
    }

    /// The rest of the body in one piece.
    public func collect() async throws(HTTPError) -> [UInt8] {
        var body: [UInt8] = []
        for try await chunk in self { body += chunk }
        return body
    }
}
