import HTTPTransport
import Testing

struct EndpointTests {
    @Test(arguments: [
        ("unix:/run/engine.sock", "unix:/run/engine.sock"), ("unix:///run/engine.sock", "unix:/run/engine.sock"),
        ("unix:///run/engine.sock:/base/", "unix:/run/engine.sock:/base"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://engine.example/api/v1/", "https://engine.example/api/v1"),
    ])
    func `an address is read and written plainly`(text: String, plain: String) throws {
        #expect(try Endpoint(text).description == plain)
    }

    @Test(arguments: [
        "", "engine.sock", "/run/engine.sock", "unix:engine.sock", "unix:", "ftp://host/", "file:///etc/passwd",
        "http://", "http://host:99999", "http://host/?key=1", "http://ho st/", "gopher://host",
    ])
    func `what is no address is refused with a remedy`(text: String) {
        let error = #expect(throws: HTTPError.self) { try Endpoint(text) }
        #expect(error?.code == .badURL)
        #expect(error?.remedy?.contains("unix:") == true)
    }

    @Test func `a socket's path has the length that the system allows`() throws {
        _ = try Endpoint("unix:/" + String(repeating: "s", count: 106))
        #expect(throws: HTTPError.self) { try Endpoint("unix:/" + String(repeating: "s", count: 107)) }
    }

    @Test func `credentials of an address are never shown`() throws {
        let endpoint = try Endpoint("https://user:hunter2@engine.example/v1")
        #expect("\(endpoint)" == "https://engine.example/v1")
        var dumped = ""
        dump(endpoint, to: &dumped)
        #expect(!dumped.contains("hunter2") && !String(reflecting: endpoint).contains("hunter2"))
        let error = #expect(throws: HTTPError.self) { try Endpoint("ftp://user:hunter2@engine.example/") }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func `what is on this machine is known as such`() throws {
        for local in ["unix:/s", "http://localhost:1", "http://127.0.0.1", "http://[::1]"] {
            #expect(try Endpoint(local).isLocal, "\(local)")
        }
        #expect(try !Endpoint("http://engine.example").isLocal)
    }
}
