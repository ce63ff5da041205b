import HTTPTransport
import TestSupport
import Testing

struct HTTPStreamTests {
    private let client = HTTPClient()

    @Test func `the status is there before the body`() async throws {
        let latch = ScriptedServerLatch()
        let server = try ScriptedServer { _ in
            var reply = ScriptedServerReply.chunked("late", every: 4)
            reply.steps.insert(.hold(latch), at: 1)
            return reply
        }
        let stream = try await client.stream(HTTPRequest(try Endpoint(server.url), path: "/"))
        #expect(stream.head.status == 200 && stream.head["content-type"] == "text/event-stream")
        latch.release()
        #expect(String(decoding: try await stream.collect(), as: UTF8.self) == "late")
    }

    @Test func `chunks come as they are sent`() async throws {
        let latch = ScriptedServerLatch()
        let server = try ScriptedServer { _ in
            var reply = ScriptedServerReply.chunked("firstsecond", every: 5)
            reply.steps.insert(.hold(latch), at: 2)
            return reply
        }
        let stream = try await client.stream(HTTPRequest(try Endpoint(server.url), path: "/"))
        var text = ""
        for try await chunk in stream {
            text += String(decoding: chunk, as: UTF8.self)
            if text == "first" { latch.release() }
        }
        #expect(text == "firstsecond")
    }

    @Test func `a reader that falls behind gets everything in order`() async throws {
        let body = (0..<200_000).map { "\($0)\n" }.joined()
        let server = try ScriptedServer { _ in .chunked(body, every: 30_011) }
        let stream = try await client.stream(HTTPRequest(try Endpoint(server.url), path: "/"))
        var read: [UInt8] = []
        for try await chunk in stream {
            for _ in 0..<20 { await Task.yield() }
            read += chunk
        }
        #expect(read.elementsEqual(body.utf8))
    }

    @Test func `letting go of an answer ends the request`() async throws {
        let server = try ScriptedServer { _ in
            .chunked("endless", every: 7).held(after: 110, until: ScriptedServerLatch())
        }
        do {
            let stream = try await client.stream(HTTPRequest(try Endpoint(server.url), path: "/"))
            #expect(stream.head.status == 200)
        }
        await server.clientLeft()
    }
}
