import HTTPTransport
import MediaTypes
import TestSupport
import Testing

@testable import DaemonAPI

/// The client against a real socket whose answers the test writes.
struct DaemonClientTests {
    private let folder: TemporaryDirectory
    private let socket: MediaPath

    init() throws {
        folder = try TemporaryDirectory()
        socket = folder.path("s")
    }

    private func server(_ reply: ScriptedServerReply) throws -> ScriptedServer {
        try ScriptedServer(on: .unixSocket(socket)) { _ in reply }
    }

    @Test
    func `a search asks for exactly what was meant, percent-encoded`() async throws {
        let server = try server(.whole(#"{"hits":[],"total":0,"pending":2}"#))
        var question = SearchQuestion(query: #"ocr:"total due" ä&b"#, limit: 20)
        question.offset = 40
        question.sort = .date
        question.waitsForQueue = true
        let reply = try await DaemonClient(socket: socket).search(question)
        #expect(reply == SearchReply(hits: [], total: 0, pending: 2))
        #expect(
            server.requests.last?.target
                == "/v1/search?q=ocr%3A%22total%20due%22%20%C3%A4%26b&limit=20&offset=40&sort=date&sync=1")
    }

    @Test
    func `a path that is no UTF-8 is asked for by its bytes`() async throws {
        let server = try server(.whole(#"{"descriptions":[],"files":[],"jobs":[],"pending":0}"#))
        let path = try #require(MediaPath(Array("/a b".utf8) + [0xFF]))
        _ = try await DaemonClient(socket: socket).file(path)
        #expect(server.requests.last?.target == "/v1/files?path=/a%20b%FF")
    }

    @Test
    func `an order goes as JSON`() async throws {
        let server = try server(.whole(#"{"count":1,"unknown":["/b"],"pending":0}"#))
        let reply = try await DaemonClient(socket: socket).retry([try Sample.path("/a")])
        #expect(reply.unknown.map(\.path) == ["/b"])
        let request = try #require(server.requests.last)
        #expect(request.method == "POST")
        #expect(request.header("content-type") == "application/json")
        #expect(request.text == #"{"paths":["/a"]}"#)
    }

    @Test
    func `removing a folder says whether descriptions go with it`() async throws {
        let server = try server(.whole(#"{"roots":[],"pending":0}"#))
        let client = DaemonClient(socket: socket)
        _ = try await client.removeRoot(try Sample.path("/p"), forgetting: true)
        _ = try await client.removeRoot(try Sample.path("/p"), forgetting: false)
        #expect(server.requests.map(\.target) == ["/v1/roots?path=/p&forget=1", "/v1/roots?path=/p"])
        #expect(server.requests.allSatisfy { $0.method == "DELETE" })
    }

    @Test
    func `a refusal comes with the daemon's own words`() async throws {
        let server = try server(
            .whole(#"{"error":{"code":"bad-query","message":"A ) is missing.","remedy":"Close it."}}"#, status: 400))
        let error = await #expect(throws: DaemonClientError.self) { try await DaemonClient(socket: socket).tags() }
        #expect(error?.kind == .refused(status: 400))
        #expect(error?.problem == Problem(code: "bad-query", message: "A ) is missing.", remedy: "Close it."))
        withExtendedLifetime(server) {}
    }

    @Test(arguments: ["", "{", "[]", #"{"files":"many"}"#])
    func `an answer of another form is told apart from no answer`(body: String) async throws {
        let server = try server(.whole(body))
        let error = await #expect(throws: DaemonClientError.self) { try await DaemonClient(socket: socket).status() }
        #expect(error?.kind == .brokenReply)
        withExtendedLifetime(server) {}
    }

    @Test
    func `no daemon and a daemon that dies in its answer are both unreachable`() async throws {
        let client = DaemonClient(socket: socket)
        let nobody = await #expect(throws: DaemonClientError.self) { try await client.status() }
        #expect(nobody?.kind == .unreachable)
        let server = try server(.whole(#"{"roots":[],"pending":0}"#).reset(after: 100))
        let broken = await #expect(throws: DaemonClientError.self) { try await client.roots() }
        #expect(broken?.kind == .unreachable)
        withExtendedLifetime(server) {}
    }

    private func answer() async throws -> [ChatPiece] {
        var pieces: [ChatPiece] = []
        for try await piece in try await DaemonClient(socket: socket).chat(ChatRequest(messages: [])) {
            pieces.append(piece)
        }
        return pieces
    }

    @Test(arguments: [1, 7, 65536])
    func `a streamed answer comes piece by piece, wherever the chunks are cut`(size: Int) async throws {
        let server = try server(
            .events(
                [
                    #"{"choices":[{"delta":{"role":"assistant"}}]}"#,
                    #"{"choices":[{"delta":{"reasoning_content":"Sweet?"}}]}"#,
                    #"{"choices":[{"delta":{"content":"A ca"}}]}"#,
                    #"{"choices":[{"delta":{"content":"ké"}}]}"#, #"{"choices":[]}"#, "[DONE]",
                ], every: size))
        #expect(try await answer() == [.thought("Sweet?"), .text("A ca"), .text("ké")])
        withExtendedLifetime(server) {}
    }

    @Test
    func `an answer in one piece is read as well`() async throws {
        let server = try server(
            .whole(
                #"{"choices":[{"index":0,"message":{"role":"assistant","content":"A cake","reasoning_content":"Hm."}}]}"#
            ))
        #expect(try await answer() == [.thought("Hm."), .text("A cake")])
        withExtendedLifetime(server) {}
    }

    @Test
    func `an engine that fails in the middle of its answer is heard`() async throws {
        let server = try server(
            .events([
                #"{"choices":[{"delta":{"content":"A"}}]}"#,
                #"{"error":{"code":"engine-failed","message":"Out of memory.","remedy":null}}"#,
            ]))
        let error = await #expect(throws: DaemonClientError.self) { try await answer() }
        #expect(error?.problem.code == "engine-failed")
        withExtendedLifetime(server) {}
    }

    @Test
    func `events are read by name, and unknown ones passed over`() async throws {
        let indexed = IndexedEvent(path: try Sample.path("/a"), stage: .words, pending: 3)
        let data = String(decoding: try DaemonEvent.indexed(indexed).data(), as: UTF8.self)
        let server = try server(
            .chunked(": hello\n\nevent: later\ndata: {}\n\nevent: indexed\ndata: \(data)\n\n", every: 5))
        var events: [DaemonEvent] = []
        for try await event in try await DaemonClient(socket: socket).events() { events.append(event) }
        #expect(events == [.indexed(indexed)])
        withExtendedLifetime(server) {}
    }
}
