import MediaTypes
import TestSupport
import Testing

@testable import Describing

struct EngineChatTests {
    private func text(_ chat: EngineChat) async throws -> String {
        var bytes: [UInt8] = []
        for try await chunk in chat { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a chat request is passed on, our model and key put in, and its events come back unread`() async throws {
        let server = try ScriptedServer { request in request.method == "GET" ? .models(["m"]) : .completion("Hello") }
        let client = try client(server) { $0.key = EngineKey("sk-1") }
        let body = #" {"messages":[{"role":"user","content":"Hi"}],"stream":true,"downsample_mode":"4x"}"#
        let chat = try await client.chat(Array(body.utf8))
        #expect(chat.contentType == "text/event-stream")
        let events = try await text(chat)
        #expect(events.hasPrefix("data: {") && events.hasSuffix("data: [DONE]\n\n"))
        let request = await server.request(number: 2)
        #expect(request.text == body.replacing("{\"messages", with: #"{"model":"m","messages"#))
        #expect(request.header("authorization") == "Bearer sk-1")
    }

    @Test func `a model that the request names is left alone`() async throws {
        let server = try ScriptedServer { _ in .completion("Hello", isStreamed: false) }
        let body = Array(#"{"model":"theirs","messages":[]}"#.utf8)
        let chat = try await client(server).chat(body)
        let completion = try await text(chat)
        #expect(chat.contentType == "application/json" && completion.contains("Hello"))
        #expect(await server.request(number: 1).body == body)
    }

    @Test(arguments: ["", "[]", "{}", "hello", #"{"messages":"x"}"#])
    func `what is no chat request is refused here`(body: String) async throws {
        let server = try ScriptedServer.engine { _ in sampleAnswer }
        let client = try client(server)
        let failure = await #expect(throws: JobFailure.self) { try await client.chat(Array(body.utf8)) }
        #expect(failure?.code == "engine-bad-request")
        #expect(server.requests.isEmpty)
    }

    @Test func `an engine that breaks off in the middle of a chat is a failure, not an end`() async throws {
        let server = try ScriptedServer { _ in ScriptedServerReply.completion("Hello").reset(after: 200) }
        let client = try client(server) { $0.model = "m" }
        await #expect(throws: JobFailure.self) { try await text(client.chat(Array(#"{"messages":[]}"#.utf8))) }
    }
}
