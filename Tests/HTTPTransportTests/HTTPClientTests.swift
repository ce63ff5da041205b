import HTTPTransport
import TestSupport
import Testing

struct HTTPClientTests {
    private let client = HTTPClient()

    private func request(_ server: ScriptedServer, _ method: String = "GET", path: String = "/") throws -> HTTPRequest {
        HTTPRequest(try Endpoint(server.url), method: method, path: path)
    }

    @Test func `a request over a Unix socket arrives whole and so does its answer`() async throws {
        let directory = try TemporaryDirectory()
        let server = try ScriptedServer(on: .unixSocket(directory.path("engine.sock"))) { _ in
            .whole("grüße", status: 201, type: "text/plain", headers: ["X-Kind: a", "x-kind: b"])
        }
        var request = try request(server, "POST", path: "/v1/look here")
        request.query = [("q", "50 % & more"), ("n", "2")]
        request.headers = [HTTPHeader("X-Name", "value"), HTTPHeader("X-Empty", "")]
        request.body = Array("body".utf8)
        let response = try await client.send(request)
        #expect(response.status == 201 && response.text == "grüße")
        #expect(response.head["X-KIND"] == "a" && response.head.headers.filter { $0.value == "b" }.count == 1)
        let seen = await server.request(number: 1)
        #expect(seen.method == "POST" && seen.text == "body")
        #expect(seen.target == "/v1/look%20here?q=50%20%25%20%26%20more&n=2")
        #expect(seen.header("x-name") == "value" && seen.header("x-empty") == "" && seen.header("expect") == nil)
    }

    @Test(arguments: ["GET", "DELETE", "HEAD", "PUT"])
    func `a method without a body is sent as it is`(method: String) async throws {
        let server = try ScriptedServer { request in .whole(request.method == "HEAD" ? "" : request.method) }
        let response = try await client.send(try request(server, method))
        #expect(response.text == (method == "HEAD" ? "" : method))
        #expect(await server.request(number: 1).method == method)
    }

    @Test func `a base path comes before the path`() async throws {
        let server = try ScriptedServer { _ in .whole("{}") }
        _ = try await client.send(HTTPRequest(try Endpoint(server.url + "/api/"), path: "/v1/models"))
        #expect(await server.request(number: 1).target == "/api/v1/models")
    }

    @Test func `a body of several megabytes arrives whole`() async throws {
        let server = try ScriptedServer { request in .whole("\(request.body.count)") }
        var request = try request(server, "POST")
        request.body = [UInt8](repeating: 7, count: 5 << 20)
        #expect(try await client.send(request).text == "\(5 << 20)")
    }

    @Test(arguments: [404, 429, 500, 503])
    func `a status that is no success is an answer, not an error`(status: Int) async throws {
        let server = try ScriptedServer { _ in .whole("{}", status: status, headers: ["Retry-After: 7"]) }
        let response = try await client.send(try request(server))
        #expect(response.status == status && !response.head.isSuccess && response.head["retry-after"] == "7")
    }

    @Test func `a redirect is not followed, so that a key goes nowhere else`() async throws {
        let other = try ScriptedServer { _ in .whole("stolen") }
        let server = try ScriptedServer { _ in .whole("", status: 302, headers: ["Location: \(other.url)/"]) }
        var request = try request(server)
        request.headers = [HTTPHeader("Authorization", "Bearer secret")]
        #expect(try await client.send(request).status == 302)
        #expect(other.requests.isEmpty)
    }

    @Test func `credentials of the address are sent as basic authorization`() async throws {
        let server = try ScriptedServer { _ in .whole("{}") }
        let url = server.url.replacing("http://", with: "http://user:pass@")
        _ = try await client.send(HTTPRequest(try Endpoint(url), path: "/"))
        #expect(await server.request(number: 1).header("authorization") == "Basic dXNlcjpwYXNz")
    }

    @Test func `interim answers are passed over`() async throws {
        let server = try ScriptedServer { _ in
            .raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let response = try await client.send(try request(server))
        #expect(response.status == 200 && response.text == "ok" && response.head["link"] == nil)
    }

    @Test(arguments: ["X-Bad: \r\nInjected: 1", "line\nbreak", "nul\0"])
    func `a header that would break out of its line is refused`(value: String) async throws {
        let server = try ScriptedServer { _ in .whole("{}") }
        var request = try request(server)
        request.headers = [HTTPHeader("Authorization", value)]
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        #expect(error?.code == .badURL && error?.message.contains(value) == false)
        #expect(server.requests.isEmpty)
    }

    @Test func `a request never shows its headers`() throws {
        var request = HTTPRequest(try Endpoint("https://user:hunter2@host"), path: "/x")
        request.headers = [HTTPHeader("Authorization", "Bearer sk-secret")]
        var dumped = "\(request)" + String(reflecting: request)
        dump(request, to: &dumped)
        #expect(!dumped.contains("sk-secret") && !dumped.contains("hunter2"))
    }
}
