extension HTTPRequest {
    /// The same request, with its headers, for where the `Location` of an answer leads: an address, or a path seen from
    /// this one's.
    ///
    /// - Throws: `.badURL` where that is no address, or neither `http` nor `https`.
    public func redirected(to location: String) throws(HTTPError) -> HTTPRequest {
        let parts: URLParts
        switch URLParts.read(location, seenFrom: try checkedURL()) {
        case .success(let read): parts = read
        // The text is not repeated: it may hold a password.
        case .failure(let fault): throw .badAddress("what \(endpoint) leads to", because: fault.reason)
        }
        var request = self
        request.query = []
        request.path = parts.path + (parts.query.map { "?" + $0 } ?? "")
        request.endpoint = Endpoint(parts, basePath: "")
        // Credentials are for the server that they were given for.
        if request.endpoint.origin == endpoint.origin, parts.user == nil { request.endpoint = endpoint.withoutBasePath }
        return request
    }
}
