import Glibc
import HTTPServing
import Testing

@Suite struct HostileClientTests {
    private static func impatient() -> HTTPServerLimits {
        var limits = HTTPServerLimits()
        limits.headTime = .milliseconds(150)
        limits.bodyTime = .milliseconds(150)
        limits.idleTime = .milliseconds(150)
        limits.writeTime = .milliseconds(150)
        return limits
    }

    private func expectAlive(_ path: String) async throws {
        let client = try RawClient(path)
        await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try await client.response().body == "pong")
    }

    @Test(arguments: [
        "\u{1}\u{2}\u{3} garbage\r\n\r\n", "GET\r\n\r\n", "GET /ping HTTP/9.9\r\n\r\n", "GET ping HTTP/1.1\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: t\r\n\r\n",
        "GET /%ff HTTP/1.1\r\nHost: t\r\n\r\n", "GET /ping?a=%2 HTTP/1.1\r\nHost: t\r\n\r\n",
        "POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "GET /ping HTTP/1.1\r\nBad Name: x\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ])
    func `malformed input gets 400, a closed connection, and a server that stays up`(input: String) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send(input)
            let answer = try await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(answer.contains("Connection: close"))
            #expect(answer.hasSuffix("{\"error\":\"malformed-request\"}"))
            try await expectAlive(path)
        }
    }

    @Test func `a good request before a malformed one is still answered`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\nnonsense\r\n\r\n")
            #expect(try await client.response().body == "pong")
            #expect(try await client.receive().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func `a body that announces too much is refused before it is sent`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n")
            #expect(try await client.receive().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `a client that goes on sending too much still reads why it was refused`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            let piece = "100000\r\n" + String(repeating: "x", count: 1 << 20) + "\r\n"
            await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 1...4 where await !client.send(piece) { break }
            #expect(try await client.receive().hasPrefix("HTTP/1.1 413 "))
            try await expectAlive(path)
        }
    }

    @Test func `what all clients send at once has a bound, and room comes back with each answer`() async throws {
        var limits = HTTPServerLimits()
        limits.bodiesByteCount = 10 << 20
        let (arrived, go) = (Signal(), Signal())
        let routes: (inout Router) -> Void = { router in
            router.on("POST", "/held", bodyLimit: 8 << 20) { request in
                arrived.fire()
                await go.wait()
                let said = String(request.body.count)
                return HTTPServerResponse(body: .stream { try await $0.write(Array(said.utf8)) })
            }
        }
        try await withServer(limits, routes: routes) { path in
            func post(_ target: String, _ count: Int) -> String {
                "POST \(target) HTTP/1.1\r\nHost: t\r\nContent-Length: \(count)\r\n\r\n"
            }
            let body = String(repeating: "x", count: 6 << 20)
            let first = try RawClient(path)
            await first.send(post("/held", body.utf8.count) + body)
            await arrived.wait()

            // Announced, it is refused before it is sent; in chunks, when there is too much of it.
            let second = try RawClient(path)
            await second.send(post("/large", body.utf8.count))
            let refusal = try await second.receive()
            #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("too-much-at-once"))
            let third = try RawClient(path)
            await third.send("POST /large HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            await third.send("600000\r\n" + body + "\r\n0\r\n\r\n")
            #expect(try await third.receive().hasPrefix("HTTP/1.1 503 "))
            // Somebody who leaves in the middle gives the room back, too.
            do {
                let fourth = try RawClient(path)
                await fourth.send(post("/large", 4 << 20) + "xxxx")
            }

            go.fire()
            #expect(try await first.receive(until: "0\r\n\r\n").contains("\r\n6291456\r\n"))
            var answer = ""
            for _ in 0..<1_000 where answer != "8388608" {
                let last = try RawClient(path)
                await last.send(post("/large", 8 << 20) + body + String(repeating: "x", count: 2 << 20))
                answer = try await last.response().body
            }
            #expect(answer == "8388608")
            // The connection of the first is still open: its body is not held for that.
            await first.send(post("/large", 1) + "x")
            #expect(try await first.response().body == "1")
        }
    }

    enum EndlessHead: CaseIterable {
        case target, field, fieldCount, fieldSum

        var text: String {
            let start = "GET /ping HTTP/1.1\r\n"
            return switch self {
            case .target: "GET /" + String(repeating: "a", count: 100_000)
            case .field: start + "X: " + String(repeating: "a", count: 100_000)
            case .fieldCount: start + (1...200).map { "X-\($0): y\r\n" }.joined()
            case .fieldSum: start + (1...100).map { "X-\($0): \(String(repeating: "y", count: 900))\r\n" }.joined()
            }
        }
    }

    @Test(arguments: EndlessHead.allCases)
    func `a head that never ends is refused at its limit`(head: EndlessHead) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send(head.text)
            let answer = try await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 431 "))
            try await expectAlive(path)
        }
    }

    @Test(arguments: ["GET /ping HT", "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc"])
    func `a request that stops half-way is refused in time`(start: String) async throws {
        try await withServer(Self.impatient()) { path in
            let client = try RawClient(path)
            await client.send(start)
            #expect(try await client.receive().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `a head that trickles in is refused, however lively its client`() async throws {
        try await withServer(Self.impatient()) { path in
            let client = try RawClient(path)
            async let answer = client.receive()
            while await client.send("G") {}
            #expect(try await answer.contains("HTTP/1.1 4"))
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await withServer(Self.impatient()) { path in
            let client = try RawClient(path)
            #expect(try await client.receive() == "")
        }
    }

    @Test func `a half request whose client has ended its side does not linger`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            await client.send("GET /ping HTTP/1.1\r\nHo")
            client.closeOutput()
            let answer = try await client.receive()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func `a client that does not read its answer loses its place`() async throws {
        let left = Signal()
        try await withServer(
            Self.impatient(),
            routes: { router in
                router.on("GET", "/flood") { _ in
                    HTTPServerResponse(
                        body: .stream { writer in
                            defer { left.fire() }
                            while true { try await writer.write([UInt8](repeating: 0, count: 1 << 16)) }
                        })
                }
            }
        ) { path in
            let client = try RawClient(path)
            await client.send("GET /flood HTTP/1.1\r\nHost: t\r\n\r\n")
            await left.wait()
            try await expectAlive(path)
        }
    }

    @Test func `more connections than the limit are told so, and a place that is left is given again`() async throws {
        var limits = HTTPServerLimits()
        limits.connectionCount = 8
        try await withServer(limits) { path in
            var clients: [RawClient] = []
            for _ in 1...8 {
                let client = try RawClient(path)
                await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(try await client.response().body == "pong")
                clients.append(client)
            }
            let refused = try RawClient(path)
            #expect(try await refused.receive().hasPrefix("HTTP/1.1 503 "))

            await clients[0].send("GET /ping HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            #expect(try await clients[0].receive().hasSuffix("pong"))
            // The server closed both connections before their clients saw the end, so both places are free by now.
            clients.removeFirst()
            try await expectAlive(path)
        }
    }

    @Test func `fifty clients at a time are all answered`() async throws {
        try await withServer { path in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...50 {
                    group.addTask {
                        let client = try RawClient(path)
                        for _ in 1...5 {
                            await client.send("GET /files/\(number) HTTP/1.1\r\nHost: t\r\n\r\n")
                            #expect(try await client.response().body == "\(number) none")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
