import Foundation
import HTTPServing
import Testing

@Suite struct StoppingTests {
    @Test func `a server that stops ends requests in hand, cuts endless streams, and closes idle connections`()
        async throws
    {
        let (began, goOn) = (Signal(), Signal())
        try await withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let router = makeRouter { router in
                router.on("GET", "/slow") { _ in
                    began.fire()
                    await goOn.wait()
                    return HTTPServerResponse(body: .bytes(Array("done".utf8)))
                }
                router.on("GET", "/events") { _ in
                    .events { writer in
                        try await writer.event(data: "hello")
                        try await Task.sleep(for: .seconds(3600))
                    }
                }
            }
            let server = HTTPServer(listener: try UnixListener.bind(path: path), router: router, logger: quiet)
            let running = Task { try await server.run() }

            let (idle, listening, waiting) = (try RawClient(path), try RawClient(path), try RawClient(path))
            await idle.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = try await idle.response()
            await listening.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = try await listening.receive(until: "hello\n\n\r\n")
            await waiting.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n")
            await began.wait()

            running.cancel()
            #expect(try await idle.receive() == "")
            #expect(try await listening.receive() == "")
            goOn.fire()
            let answer = try await waiting.receive()
            #expect(answer.hasSuffix("done"))
            #expect(answer.contains("Connection: close"))
            try await running.value
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a request that does not end in its grace time is cut`() async throws {
        var limits = HTTPServerLimits()
        limits.graceTime = .milliseconds(100)
        let began = Signal()
        try await withTemporaryDirectory { directory in
            let router = makeRouter { router in
                router.on("GET", "/stuck") { _ in
                    began.fire()
                    try await Task.sleep(for: .seconds(3600))
                    return HTTPServerResponse()
                }
            }
            let path = directory + "/socket"
            let listener = try UnixListener.bind(path: path)
            let server = HTTPServer(listener: listener, router: router, limits: limits, logger: quiet)
            let running = Task { try await server.run() }
            let client = try RawClient(path)
            await client.send("GET /stuck HTTP/1.1\r\nHost: t\r\n\r\n")
            await began.wait()
            running.cancel()
            #expect(try await client.receive() == "")
            try await running.value
        }
    }
}
