import Foundation
import HTTPServing
import HTTPTransport
import Logging
import MediaTypes
import MiniCPMV
import TestSupport
import Testing

@testable import tintype_engine

/// The engine's server with the tiny checkpoint, spoken to over its socket.
struct EngineServerTests {
    private static let engine = Result {
        try LocalEngine(modelAt: Fixtures.directory.text + "/Reference/tiny", threads: 2)
    }

    /// Runs the server in a folder of its own.
    private func withEngine(_ body: @Sendable (Endpoint, Activity) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let socket = directory.path("s").text
        let activity = Activity()
        let routes = EngineRoutes(engine: try Self.engine.get(), activity: activity)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(listener: try UnixListener.bind(path: socket), router: routes.router, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(try Endpoint.unix(socketPath: socket), activity)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private static func post(_ endpoint: Endpoint, _ body: [UInt8]) -> HTTPRequest {
        var request = HTTPRequest(endpoint, method: "POST", path: "/v1/chat/completions")
        request.headers = [HTTPHeader("Content-Type", "application/json")]
        request.body = body
        return request
    }

    private static func answer(_ endpoint: Endpoint, _ body: [UInt8]) async throws -> (status: Int, json: JSON) {
        let response = try await HTTPClient().send(post(endpoint, body))
        return (response.status, try JSON(parsing: response.body))
    }

    /// The events of a streamed answer.
    private static func pieces(_ endpoint: Endpoint, _ body: [UInt8]) async throws -> [String] {
        var parser = ServerSentEvents()
        var pieces: [String] = []
        for try await chunk in try await HTTPClient().stream(post(endpoint, body)) {
            pieces += try parser.receive(chunk).map(\.data)
        }
        return pieces
    }

    private static func content(_ json: JSON) -> String? {
        json["choices"]?.elements?.first?["message"]?["content"]?.text
    }

    @Test func `the model is listed by its folder's name`() async throws {
        try await withEngine { endpoint, _ in
            let response = try await HTTPClient().send(HTTPRequest(endpoint, path: "/v1/models"))
            let list = try JSON(parsing: response.body)
            #expect(list["data"]?.elements?.map { $0["id"]?.text } == ["tiny"])
        }
    }

    @Test func `a streamed answer is the whole one in pieces`() async throws {
        try await withEngine { endpoint, _ in
            let (status, whole) = try await Self.answer(endpoint, SampleRequest.body())
            let text = try #require(Self.content(whole))
            #expect(status == 200 && !text.isEmpty && whole["object"]?.text == "chat.completion")
            #expect(whole["usage"]?["completion_tokens"]?.integer == 12)
            #expect(whole["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.integer == 0)
            #expect(whole["choices"]?.elements?.first?["finish_reason"]?.text == "length")

            let more = #""max_tokens": 12, "stream": true, "stream_options": {"include_usage": true}"#
            let pieces = try await Self.pieces(endpoint, SampleRequest.body(more: more))
            #expect(pieces.last == "[DONE]")
            let chunks = try pieces.dropLast().map { try JSON(parsing: Array($0.utf8)) }
            let deltas = chunks.compactMap { $0["choices"]?.elements?.first?["delta"] }
            #expect(deltas.first?["role"]?.text == "assistant")
            #expect(deltas.compactMap { $0["content"]?.text }.joined() == text)
            #expect(chunks.last?["usage"] == whole["usage"])
            #expect(chunks.last?["choices"]?.elements?.first?["finish_reason"]?.text == "length")
        }
    }

    @Test func `a stop ends the answer before it is shown, and what was written is counted`() async throws {
        try await withEngine { endpoint, _ in
            let text = try #require(Self.content(try await Self.answer(endpoint, SampleRequest.body()).json))
            let stop = String(text.dropFirst(text.count / 2).prefix(3))
            let shown = try #require(text.range(of: stop)).lowerBound
            let more = #""max_tokens": 12, "stop": "# + JSON.quoted(stop)
            let stopped = try await Self.answer(endpoint, SampleRequest.body(more: more)).json
            #expect(Self.content(stopped) == String(text[..<shown]))
            #expect(stopped["choices"]?.elements?.first?["finish_reason"]?.text == "stop")
            #expect((1...12).contains(stopped["usage"]?["completion_tokens"]?.integer ?? 0))
        }
    }

    @Test func `a thought is told apart from the answer`() async throws {
        try await withEngine { endpoint, _ in
            let more = #""max_tokens": 12, "chat_template_kwargs": {"enable_thinking": true}"#
            let message = try await Self.answer(endpoint, SampleRequest.body(more: more)).json["choices"]?.elements?
                .first?["message"]
            // The tiny model does not end its thought within so few tokens.
            #expect(message?["reasoning_content"]?.text?.isEmpty == false && message?["content"]?.text == "")
        }
    }

    @Test func `an answer in a form is valid`() async throws {
        try await withEngine { endpoint, _ in
            let more = """
                "max_tokens": 80, "response_format": {"type": "json_schema", "json_schema": {"schema":
                {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
                "required": ["tags"], "additionalProperties": false}}}
                """
            let text = try #require(Self.content(try await Self.answer(endpoint, SampleRequest.body(more: more)).json))
            #expect(try JSON(parsing: Array(text.utf8))["tags"]?.elements != nil, "\(text)")
        }
    }

    @Test(arguments: [
        (#""messages": []"#, "bad-request"), (#""temperature": -1"#, "bad-request"),
        (#""mm_processor_kwargs": {"max_slice_nums": 1000000}"#, "bad-request"),
        (
            ##""response_format": {"type": "json_schema", "json_schema": {"schema": {"$ref": "#/nowhere"}}}"##,
            "bad-request"
        ),
    ])
    func `a refusal has its status, streamed or not`(more: String, code: String) async throws {
        try await withEngine { endpoint, _ in
            for stream in ["false", "true"] {
                let body =
                    more.contains("messages")
                    ? Array("{\(more), \"stream\": \(stream)}".utf8)
                    : SampleRequest.body(more: more + ", \"stream\": \(stream)")
                let (status, json) = try await Self.answer(endpoint, body)
                #expect(status == 400 && json["error"]?["code"]?.text == code)
                #expect(json["error"]?["message"]?.text?.isEmpty == false)
                #expect(json["error"]?["remedy"]?.text?.isEmpty == false)
            }
        }
    }

    @Test func `a client that leaves ends its work, and the others are answered`() async throws {
        try await withEngine { endpoint, activity in
            let more = #""max_tokens": 100000, "stream": true"#
            for try await _ in try await HTTPClient().stream(Self.post(endpoint, SampleRequest.body(more: more))) {
                break
            }
            async let other = Self.answer(endpoint, SampleRequest.body("And this?"))
            #expect(try await other.status == 200)
            // Returns only when nothing is in hand.
            await activity.waitUntilIdle(for: .milliseconds(1))
            #expect(activity.requests == 0)
        }
    }

    @Test func `questions asked together get the answers that they get alone`() async throws {
        try await withEngine { endpoint, _ in
            let questions = (0..<6).map { "Question \(String(repeating: "so ", count: $0))?" }
            var alone: [String?] = []
            for question in questions {
                alone.append(Self.content(try await Self.answer(endpoint, SampleRequest.body(question)).json))
            }
            let together = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for (index, question) in questions.enumerated() {
                    group.addTask {
                        (index, Self.content(try await Self.answer(endpoint, SampleRequest.body(question)).json))
                    }
                }
                var answers = [String?](repeating: nil, count: questions.count)
                for try await (index, text) in group { answers[index] = text }
                return answers
            }
            #expect(together == alone)
        }
    }
}
