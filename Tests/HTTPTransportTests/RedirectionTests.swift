import Testing

@testable import HTTPTransport

struct RedirectionTests {
    private func request(_ address: String, _ path: String) throws -> HTTPRequest {
        var request = HTTPRequest(try Endpoint(address), path: path)
        request.query = [("recursive", "true")]
        request.headers = [HTTPHeader("Range", "bytes=5-")]
        return request
    }

    @Test(arguments: [
        ("https://cdn.example/x/y?sig=a%2Fb&t=1", "https://cdn.example/x/y?sig=a%2Fb&t=1"),
        ("/x/y?t=1", "https://hub.example:8443/x/y?t=1"), ("//cdn.example/x", "https://cdn.example/x"),
        ("z", "https://hub.example:8443/base/owner/z"), ("../z", "https://hub.example:8443/base/z"),
        ("?t=1", "https://hub.example:8443/base/owner/model?t=1"), ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("/a b", "https://hub.example:8443/a%20b"), ("/x#part", "https://hub.example:8443/x"),
    ])
    func `a location leads there as browsers have it`(location: String, url: String) throws {
        let next = try request("https://hub.example:8443/base/", "/owner/model").redirected(to: location)
        #expect(try next.checkedURL() == url)
        #expect(next.headers == [HTTPHeader("Range", "bytes=5-")])
    }

    @Test(arguments: ["file:///etc/passwd", "gopher://host/x", "http://", "https://ho st/"])
    func `a location of another kind is refused`(location: String) throws {
        let request = try request("https://hub.example", "/x")
        let error = #expect(throws: HTTPError.self) { try request.redirected(to: location) }
        #expect(error?.code == .badURL)
    }

    @Test func `credentials stay with the server that they are for`() throws {
        let request = try request("https://user:hunter2@hub.example/base", "/x")
        #expect(try request.redirected(to: "/y").endpoint.credentials == "user:hunter2")
        #expect(try request.redirected(to: "https://hub.example/y").endpoint.credentials == "user:hunter2")
        #expect(try request.redirected(to: "https://cdn.example/y").endpoint.credentials == nil)
        #expect(try request.redirected(to: "http://hub.example/y").endpoint.credentials == nil)
        #expect(try request.redirected(to: "https://a:b@hub.example/y").endpoint.credentials == "a:b")
    }
}
