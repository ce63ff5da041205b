import HTTPTransport
import TestSupport
import Testing

/// The error that `body` throws.
private func failure(_ body: () async throws(HTTPError) -> HTTPResponse) async -> HTTPError? {
    do {
        let response = try await body()
        Issue.record("there was an answer: \(response.status) \(response.text.prefix(80))")
        return nil
    } catch {
        return error
    }
}

struct HTTPFailureTests {
    private let client = HTTPClient()

    private func send(
        to reply: ScriptedServerReply, adjust: (inout HTTPRequest) -> Void = { _ in }
    ) async throws -> HTTPError? {
        let server = try ScriptedServer { _ in reply }
        var request = HTTPRequest(try Endpoint(server.url), path: "/")
        adjust(&request)
        let sent = request
        return await failure { () async throws(HTTPError) in try await client.send(sent) }
    }

    @Test(arguments: ["unix:/nonexistent/nobody.sock", "http://127.0.0.1:1"])
    func `nobody there is a failure to connect, named and with a remedy`(address: String) async throws {
        let request = HTTPRequest(try Endpoint(address), path: "/")
        let error = await failure { () async throws(HTTPError) in try await client.send(request) }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains(address) == true && error?.remedy != nil)
    }

    @Test(arguments: [0, 10, 40, 95, 99])
    func `a stall at any byte is a time-out without progress`(offset: Int) async throws {
        let reply = ScriptedServerReply.whole("0123456789").held(after: offset, until: ScriptedServerLatch())
        let error = try await send(to: reply) { $0.progressTimeout = .milliseconds(60) }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("0.06 s") == true)
    }

    @Test func `an answer that keeps coming may take longer than the time-out`() async throws {
        let server = try ScriptedServer { _ in
            let chunked = ScriptedServerReply.chunked(String(repeating: "x", count: 24), every: 1)
            return ScriptedServerReply(chunked.steps.flatMap { [.pause(.milliseconds(50)), $0] })
        }
        var request = HTTPRequest(try Endpoint(server.url), path: "/")
        request.progressTimeout = .seconds(1)
        let started = ContinuousClock.now
        #expect(try await client.send(request).body.count == 24)
        #expect(ContinuousClock.now - started > .seconds(1))
    }

    @Test(arguments: [0, 20, 99])
    func `a broken connection is a lost one`(offset: Int) async throws {
        let error = try await send(to: ScriptedServerReply.whole("0123456789").reset(after: offset))
        #expect(error?.code == .connectionLost)
    }

    @Test func `an answer that ends inside its headers is a lost connection, not an endless wait`() async throws {
        let error = try await send(to: .raw("HTTP/1.1 200 OK\r\nContent-Le"))
        #expect(error?.code == .connectionLost)
    }

    @Test func `an answer cut short is a lost connection, not a short answer`() async throws {
        let error = try await send(to: .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"))
        #expect(error?.code == .connectionLost)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\0\u{1}\u{2}garbage\n\n", "HTTP/9.9 what\r\n\r\n"])
    func `what is no HTTP is told apart`(garbage: String) async throws {
        #expect(try await send(to: .raw(garbage))?.code == .protocolError)
    }

    @Test func `a body over the limit is refused, announced or not`() async throws {
        let body = String(repeating: "x", count: 5000)
        for reply in [ScriptedServerReply.whole(body), .chunked(body, every: 100)] {
            let error = try await send(to: reply) { $0.responseLimit = 4999 }
            #expect(error?.code == .tooLarge && error?.message.contains("4999") == true)
        }
        let server = try ScriptedServer { _ in .whole(body) }
        var request = HTTPRequest(try Endpoint(server.url), path: "/")
        request.responseLimit = 5000
        #expect(try await client.send(request).body.count == 5000)
    }

    @Test func `headers without end are refused`() async throws {
        let lines = (0..<2000).map { "X-\($0): \(String(repeating: "y", count: 80))\r\n" }.joined()
        let error = try await send(to: .raw("HTTP/1.1 200 OK\r\n" + lines))
        #expect(error?.code == .protocolError && error?.message.contains("headers") == true)
    }

    @Test func `a server without TLS is told apart from one that is not there`() async throws {
        let server = try ScriptedServer { _ in .whole("") }
        let request = HTTPRequest(try Endpoint(server.url.replacing("http:", with: "https:")), path: "/")
        let error = await failure { () async throws(HTTPError) in try await client.send(request) }
        #expect(error?.code == .tls)
    }

    @Test func `cancelling the task ends a request that waits for its status`() async throws {
        let server = try ScriptedServer { _ in ScriptedServerReply([.hold(ScriptedServerLatch())]) }
        let request = HTTPRequest(try Endpoint(server.url), path: "/")
        let task = Task { await failure { () async throws(HTTPError) in try await client.send(request) } }
        await server.request(number: 1)
        let cancelled = ContinuousClock.now
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        await server.clientLeft()
        // At once; unwoken, the connection would stay until the next of curl's timers, ten seconds on.
        #expect(ContinuousClock.now - cancelled < .seconds(5))
    }

    @Test func `cancelling the task ends a request in the middle of its body`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServerReply.whole("0123456789").held(after: 99, until: ScriptedServerLatch())
        }
        let request = HTTPRequest(try Endpoint(server.url), path: "/")
        let stream = try await client.stream(request)
        let task = Task { () -> HTTPError? in
            do throws(HTTPError) {
                for try await _ in stream {}
                return nil
            } catch {
                return error
            }
        }
        let cancelled = ContinuousClock.now
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        await server.clientLeft()
        // At once; unwoken, the connection would stay until the next of curl's timers, ten seconds on.
        #expect(ContinuousClock.now - cancelled < .seconds(5))
    }

    @Test func `a task cancelled beforehand sends nothing that is waited for`() async throws {
        let server = try ScriptedServer { _ in ScriptedServerReply([.hold(ScriptedServerLatch())]) }
        let request = HTTPRequest(try Endpoint(server.url), path: "/")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () async throws(HTTPError) in try await client.send(request) }
        }
        #expect(await task.value?.code == .cancelled)
    }
}
