import Foundation
import Glibc
import HTTPServing
import Testing

@Suite struct HTTPServerTests {
    @Test func `a request is answered and the connection stays open for the next`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            for _ in 1...3 {
                await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(!head.lowercased().contains("connection: close"))
                #expect(body == "pong")
            }
        }
    }

    @Test func `requests sent at once are answered one after the other, in order`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            let posts = (1...20).map { "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n\($0 + 10)" }
            await client.send(posts.joined())
            for number in 11...30 { #expect(try await client.response().body == "\(number)") }
        }
    }

    @Test func `a client that asks for it has its connection closed`() async throws {
        try await withServer { path in
            for version in ["HTTP/1.1\r\nHost: t\r\nConnection: close", "HTTP/1.0"] {
                let client = try RawClient(path)
                await client.send("GET /ping \(version)\r\n\r\n")
                #expect(try await client.receive().hasSuffix("\r\n\r\npong"))
            }
        }
    }

    @Test func `a client that has ended its side still gets its answer`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            client.closeOutput()
            #expect(try await client.receive().hasSuffix("pong"))
        }
    }

    @Test func `HEAD is GET without its body`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("HEAD /ping HTTP/1.1\r\nHost: t\r\n\r\nGET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try await client.receive(until: "\r\n\r\n").contains("Content-Length: 4"))
            #expect(try await client.response().body == "pong")
        }
    }

    @Test(arguments: [
        ("GET /files/a%20b%2Fc?q=1%2B1+%C3%A9 HTTP/1.1", "a b/c 1+1 é"), ("GET /files/x?q HTTP/1.1", "x "),
        ("GET //files//x?&&a=b HTTP/1.1", "x none"),
    ])
    func `paths and queries are decoded`(line: String, answer: String) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("\(line)\r\nHost: t\r\n\r\n")
            #expect(try await client.response().body == answer)
        }
    }

    @Test(arguments: [
        ("GET /nowhere HTTP/1.1", 404, "not-found"), ("DELETE /ping HTTP/1.1", 405, "method-not-allowed"),
        ("GET /broken HTTP/1.1", 500, "internal"),
    ])
    func `what cannot be answered is refused in the caller's form, and the connection goes on`(
        line: String, status: Int, code: String
    ) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("\(line)\r\nHost: t\r\n\r\n")
            let (head, body) = try await client.response()
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
            #expect(body == "{\"error\":\"\(code)\"}")
            #expect(head.contains("Allow: GET") == (status == 405))
            await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try await client.response().body == "pong")
        }
    }

    @Test func `a client that waits for permission to send its body gets it`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue\r\n"))
            await client.send("abc")
            #expect(try await client.response().body == "abc")
        }
    }

    @Test func `a route may take larger bodies than the others`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            let body = [UInt8](repeating: 7, count: 5 << 20)
            await client.send(
                Array("POST /large HTTP/1.1\r\nHost: t\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
            #expect(try await client.response().body == "\(5 << 20)")
        }
    }

    @Test func `an answer of 20 MB arrives whole`() async throws {
        let size = 20 << 20
        try await withServer(routes: { router in
            router.on("GET", "/big") { _ in
                HTTPServerResponse(body: .bytes([UInt8](repeating: UInt8(ascii: "x"), count: size)))
            }
        }) { path in
            let client = try RawClient(path)
            await client.send("GET /big HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            #expect(try await client.receive().utf8.count > size)
        }
    }

    @Test func `curl speaks to it, asking for an upgrade included`() async throws {
        try await withServer { path in
            let answers = try await offPool {
                try ["--http1.1", "--http2"].map { option in
                    try run(["curl", "-s", option, "--unix-socket", path, "http://t/ping", "http://t/ping"])
                }
            }
            #expect(answers == ["pongpong", "pongpong"])
        }
    }
}
