import HTTPServing
import MiniCPMV

/// What the engine answers: OpenAI's chat completions and list of models.
struct EngineRoutes: Sendable {
    let engine: LocalEngine
    let activity: Activity

    /// 128 frames of 448² pixels are 103 MB in base64, and a few photos are as much.
    private static let bodyLimit = 256 << 20
    /// All together: one of the largest, and the daemon's ordinary ones beside it.
    static let bodiesLimit = 384 << 20
    /// Requests in hand, waiting ones among them; more are told to come again.
    private static let requestLimit = 32

    var router: Router {
        var router = Router { EngineFault($0).response }
        router.on("GET", "/health") { _ in .json(Array("{\"status\":\"ok\"}\n".utf8)) }
        router.on("GET", "/v1/models") { _ in .json(Array((models.compactText + "\n").utf8)) }
        router.on("POST", "/v1/chat/completions", bodyLimit: Self.bodyLimit) { try await answer($0) }
        return router
    }

    private var models: JSON {
        let model = JSON.object([
            .init("id", .string(engine.modelName)), .init("object", .string("model")),
            .init("owned_by", .string("tintype")),
        ])
        return .object([.init("object", .string("list")), .init("data", .array([model]))])
    }

    private func answer(_ request: HTTPServerRequest) async throws -> HTTPServerResponse {
        guard let work = activity.begin(limit: Self.requestLimit) else { throw EngineFault.busy }
        let read = try ChatRequestReader.read(request.body)
        var events = engine.generate(read.generation).makeAsyncIterator()
        // A refusal comes before anything else: it gets a status of its own, streamed or not.
        let first = try await events.next()
        let answer = Answer(
            work: work, events: events, first: first, completion: Completion(model: engine.modelName))
        guard read.streams else { return .json(Array((try await answer.whole().compactText + "\n").utf8)) }
        return HTTPServerResponse(
            headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
            body: .stream { body in try await answer.stream(to: body, withUsage: read.streamsUsage) })
    }
}

/// One answer on its way to its client. When that leaves, the iterator goes, and with it the work.
///
/// Sendable since one task at a time holds it: the route's, and then that of the body.
private struct Answer: @unchecked Sendable {
    let work: Activity.Request
    var events: AsyncThrowingStream<GenerationEvent, any Error>.Iterator
    let first: GenerationEvent?
    var completion: Completion

    func whole() async throws -> JSON {
        var (events, completion) = (events, completion)
        var next = first
        while let event = next {
            _ = completion.take(event)
            next = try await events.next()
        }
        return completion.whole
    }

    func stream(to body: HTTPBodyWriter, withUsage: Bool) async throws {
        var (events, completion) = (events, completion)
        try await body.event(data: completion.chunk(.object([.init("role", .string("assistant"))])).compactText)
        var next = first
        do {
            while let event = next {
                if let delta = completion.take(event) {
                    try await body.event(data: completion.chunk(delta).compactText)
                }
                next = try await events.next()
            }
        } catch let error as ModelError {
            // The status is sent long since: the error comes as a piece of the stream.
            return try await body.event(data: EngineFault(error).json.compactText)
        }
        try await body.event(data: completion.lastChunk(withUsage: withUsage).compactText)
        try await body.event(data: "[DONE]")
    }
}
