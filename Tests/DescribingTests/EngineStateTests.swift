import TestSupport
import Testing

@testable import Describing

struct EngineStateTests {
    private func state(_ reply: ScriptedServerReply, model: String? = nil) async throws -> EngineState {
        let server = try ScriptedServer { _ in reply }
        return await (try client(server) { $0.model = model }).state()
    }

    private func code(_ state: EngineState) -> EngineProblem.Code? {
        if case .unavailable(let problem) = state { problem.code } else { nil }
    }

    @Test func `an engine is ready with the configured model or its first`() async throws {
        #expect(try await state(.models(["a", "b"])) == .ready(model: "a"))
        #expect(try await state(.models(["a", "b"]), model: "b") == .ready(model: "b"))
        #expect(try await state(.models(["a", "b:latest"]), model: "b") == .ready(model: "b"))
        #expect(try await state(.models(["/models/file.gguf"]), model: "b") == .ready(model: "b"))
        #expect(try await state(.whole("", status: 404), model: "b") == .ready(model: "b"))
    }

    @Test func `an engine that cannot be asked says why`() async throws {
        #expect(code(try await state(.models([]))) == .noModel)
        #expect(code(try await state(.models(["a", "b"]), model: "c")) == .noModel)
        #expect(code(try await state(.whole("hello"))) == .badAnswer)
        #expect(code(try await state(.whole("", status: 404))) == .unavailable)
        #expect(code(try await state(.engineError("key", status: 401))) == .refused)
    }

    @Test func `an address that is none is refused with a remedy`() {
        let problem = #expect(throws: EngineProblem.self) { try EngineConfiguration(url: "localhost:8080") }
        #expect(problem?.remedy?.contains("http://host:port") == true)
    }
}
