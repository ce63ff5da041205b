import MediaTypes
import TestSupport
import Testing

@testable import Describing

struct EngineFailureTests {
    /// What describing fails with where the engine, whose model is known, answers so.
    private func failure(
        of reply: ScriptedServerReply, adjust: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> JobFailure? {
        let server = try ScriptedServer { _ in reply }
        let client = try client(server) {
            $0.model = "m"
            adjust(&$0)
        }
        return await #expect(throws: JobFailure.self) { try await client.describe([samplePicture], of: photoFacts) }
    }

    @Test(arguments: [
        (500, "oops", "engine-unavailable", JobFailure.Cause.service),
        (503, "Loading model", "engine-busy", .service), (429, "slow down", "engine-busy", .service),
        (401, "no key", "engine-refused", .service), (403, "no", "engine-refused", .service),
        (404, "model “m” not found", "engine-no-model", .service), (404, "no route", "engine-unavailable", .service),
        (400, "bad", "engine-bad-request", .file), (413, "too large", "engine-bad-request", .file),
    ])
    func `each status has its code and its cause`(
        status: Int, message: String, code: String, cause: JobFailure.Cause
    ) async throws {
        let failure = try await failure(of: .engineError(message, status: status))
        #expect(failure?.code == code && failure?.cause == cause)
        if code == "engine-refused" { #expect(failure?.message.contains("Set the right key") == true) }
    }

    @Test func `an engine that refuses picture after picture is at fault, not the pictures`() async throws {
        let server = try ScriptedServer { _ in .engineError("this model takes no images", status: 400) }
        let client = try client(server) { $0.model = "m" }
        var causes: [JobFailure.Cause?] = []
        for _ in 0..<4 {
            let failure = await #expect(throws: JobFailure.self) {
                try await client.describe([samplePicture], of: photoFacts)
            }
            causes.append(failure?.cause)
        }
        #expect(causes == [.file, .file, .service, .service])
    }

    @Test func `how long a busy engine wants to be left alone is known`() async throws {
        let server = try ScriptedServer { _ in .engineError("slow down", status: 429, headers: ["Retry-After: 17"]) }
        guard case .unavailable(let problem) = await (try client(server)).state() else {
            Issue.record("the engine is ready")
            return
        }
        #expect(problem.code == .busy && problem.retryAfter == .seconds(17))
    }

    @Test func `nobody there is an engine that is away`() async throws {
        let client = EngineClient(try EngineConfiguration(url: "unix:/nonexistent/engine.sock"))
        let failure = await #expect(throws: JobFailure.self) {
            try await client.describe([samplePicture], of: photoFacts)
        }
        #expect(failure?.code == "engine-unavailable" && failure?.cause == .service)
        #expect(failure?.message.contains("/nonexistent/engine.sock") == true)
    }

    @Test(arguments: [0, 60, 300, 450])
    func `an engine that stalls at any byte is given up after the time without progress`(offset: Int) async throws {
        let reply = ScriptedServerReply.completion(sampleAnswer.json).held(after: offset, until: ScriptedServerLatch())
        let failure = try await failure(of: reply) { $0.timeoutWithoutProgress = .milliseconds(80) }
        #expect(failure?.code == "engine-timeout" && failure?.cause == .service)
    }

    @Test(arguments: [0, 60, 300])
    func `an engine that breaks off is away`(offset: Int) async throws {
        let failure = try await failure(of: ScriptedServerReply.completion(sampleAnswer.json).reset(after: offset))
        #expect(failure?.code == "engine-unavailable" && failure?.cause == .service)
    }

    @Test(arguments: [
        ScriptedServerReply.completion(""), .completion("<think>hm"), .events([]), .events(["{}", "[DONE]"]),
        .whole("<html>hello</html>", type: "text/html"), .events(["not JSON"]), .completion("I cannot do that."),
    ])
    func `an answer of no use may come out better another time`(reply: ScriptedServerReply) async throws {
        let failure = try await failure(of: reply)
        #expect(failure?.code == "engine-bad-answer" && failure?.cause == .chance)
    }

    @Test func `an answer without end is of no use`() async throws {
        let failure = try await failure(of: .whole(String(repeating: "x", count: 17 << 20)))
        #expect(failure?.code == "engine-bad-answer" && failure?.cause == .chance)
    }

    @Test func `an error in the middle of a stream is the engine's`() async throws {
        let events = [
            #"{"choices":[{"delta":{"content":"{\"cap"}}]}"#, #"{"error":{"message":"out of\u001b[2J memory"}}"#,
        ]
        let failure = try await failure(of: .events(events))
        #expect(failure?.code == "engine-unavailable" && failure?.message.contains("out of[2J memory") == true)
    }

    @Test func `cancelling the task ends the request`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServerReply.completion(sampleAnswer.json).held(after: 200, until: ScriptedServerLatch())
        }
        let client = try client(server) { $0.model = "m" }
        let task = Task { () -> JobFailure? in
            do throws(JobFailure) {
                _ = try await client.describe([samplePicture], of: photoFacts)
                return nil
            } catch {
                return error
            }
        }
        await server.request(number: 1)
        task.cancel()
        #expect(await task.value?.code == "engine-cancelled")
        await server.clientLeft()
    }

    @Test func `a model that is gone is asked for anew`() async throws {
        let server = try ScriptedServer { request in
            request.method == "GET" ? .models(["m"]) : .engineError("model not found", status: 404)
        }
        let client = try client(server)
        for _ in 0..<2 {
            await #expect(throws: JobFailure.self) { try await client.describe([samplePicture], of: photoFacts) }
        }
        #expect(server.requests.map(\.method) == ["GET", "POST", "GET", "POST"])
    }
}
