import HTTPServing
import Testing

@Suite struct StreamingTests {
    @Test func `pieces of a body arrive as they are written`() async throws {
        let goOn = Signal()
        try await withServer(routes: { router in
            router.on("GET", "/events") { _ in
                .events { writer in
                    try await writer.event("status", data: "one\ntwo")
                    await goOn.wait()
                    try await writer.event(data: "three")
                }
            }
        }) { path in
            let client = try RawClient(path)
            await client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            let head = try await client.receive(until: "\r\n\r\n")
            #expect(head.contains("Content-Type: text/event-stream"))
            #expect(head.lowercased().contains("transfer-encoding: chunked"))
            #expect(try await client.receive(until: "\n\n\r\n").contains("event: status\ndata: one\ndata: two\n\n"))
            goOn.fire()
            #expect(try await client.receive(until: "0\r\n\r\n").contains("data: three\n\n"))
        }
    }

    @Test func `a client that leaves ends the stream, even one that has nothing to say`() async throws {
        let ended = Signal()
        try await withServer(routes: { router in
            router.on("GET", "/quiet") { _ in
                .events { writer in
                    defer { ended.fire() }
                    try await writer.event(data: "hello")
                    try await Task.sleep(for: .seconds(3600))
                }
            }
        }) { path in
            do {
                let client = try RawClient(path)
                await client.send("GET /quiet HTTP/1.1\r\nHost: t\r\n\r\n")
                _ = try await client.receive(until: "hello\n\n\r\n")
            }
            await ended.wait()
        }
    }

    @Test func `a client that leaves before its answer cancels the route's work`() async throws {
        let (began, ended) = (Signal(), Signal())
        try await withServer(routes: { router in
            router.on("GET", "/slow") { _ in
                defer { ended.fire() }
                began.fire()
                try await Task.sleep(for: .seconds(3600))
                return HTTPServerResponse()
            }
        }) { path in
            do {
                let client = try RawClient(path)
                await client.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n")
                await began.wait()
            }
            await ended.wait()
        }
    }

    @Test func `a stream that fails ends without its last chunk`() async throws {
        struct Broken: Error {}
        try await withServer(routes: { router in
            router.on("GET", "/fails") { _ in
                HTTPServerResponse(
                    body: .stream { writer in
                        try await writer.write("half")
                        throw Broken()
                    })
            }
        }) { path in
            let client = try RawClient(path)
            await client.send("GET /fails HTTP/1.1\r\nHost: t\r\n\r\n")
            let answer = try await client.receive()
            #expect(answer.contains("half"))
            #expect(!answer.hasSuffix("0\r\n\r\n"))
        }
    }
}
