import FoundationEssentials
import HTTPTransport
public import MediaTypes

/// The engine's answer to someone else's chat request, as it comes: server-sent events or one JSON object.
public struct EngineChat: AsyncSequence, Sendable {
    /// `text/event-stream` or `application/json`, as the engine says.
    public let contentType: String
    private let stream: HTTPStream

    init(_ stream: HTTPStream) {
        self.stream = stream
        contentType = stream.head["content-type"] ?? "application/json"
    }

    /// The engine's bytes, in chunks.
    public func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator()) }

    /// Hands out the chunks.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: HTTPStream.Iterator

        fileprivate init(base: HTTPStream.Iterator) { self.base = base }

        /// The next chunk; `nil`: the answer is whole.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation)
            async throws(JobFailure) -> [UInt8]?
        {
            do { return try await base.nextOfEngine(isolation: actor) } catch { throw error.jobFailure }
        }
    }
}

extension EngineClient {
    /// Passes on a chat request (OpenAI's JSON) and hands back what the engine answers, unread. Where the request names
    /// no model, ours is put in; our key goes along.
    public func chat(_ body: [UInt8]) async throws(JobFailure) -> EngineChat {
        do throws(EngineProblem) {
            guard let asked = try? JSONDecoder().decode(AskedModel.self, from: Data(body)),
                let brace = body.firstIndex(of: UInt8(ascii: "{"))
            else { throw .noChatRequest }
            var body = body
            let model: String
            if let named = asked.model {
                model = named
            } else {
                model = try await modelName()
                body.insert(contentsOf: Array("\"model\":\(JSONValue.string(model).text),".utf8), at: brace + 1)
            }
            return EngineChat(try await post(body, model: model))
        } catch {
            throw error.jobFailure
        }
    }
}

extension HTTPStream.Iterator {
    /// The next chunk, a failure to get one being the engine's.
    mutating func nextOfEngine(isolation actor: isolated (any Actor)? = #isolation)
        async throws(EngineProblem) -> [UInt8]?
    {
        do { return try await next(isolation: actor) } catch { throw .transport(error) }
    }
}

/// What a chat request must have to be one: the rest is between its sender and the engine.
private struct AskedModel: Decodable {
    struct Message: Decodable {
        var role: String
    }

    var model: String?
    var messages: [Message]
}
