import FoundationEssentials
import HTTPTransport
import Synchronization

extension EngineClient {
    /// How long a question about the engine itself may go unanswered; it needs no model for that.
    private static let questionTimeout: Duration = .seconds(5)
    /// An error's body is a sentence or two.
    private static let errorLimit = 64 << 10

    /// Posts a chat request and returns the answer, which is a success.
    func post(_ body: [UInt8], model: String) async throws(EngineProblem) -> HTTPStream {
        var request = request("POST", "/v1/chat/completions")
        request.headers.append(HTTPHeader("Content-Type", "application/json"))
        request.body = body
        request.progressTimeout = configuration.timeoutWithoutProgress
        let stream: HTTPStream
        do { stream = try await http.stream(request) } catch { throw .transport(error) }
        guard !stream.head.isSuccess else { return stream }
        // It may have other models now.
        if stream.head.status == 404 { memory.withLock { $0.listedModel = nil } }
        throw try await problem(stream, model: model)
    }

    /// The models that the engine lists.
    func models() async throws(EngineProblem) -> [String] {
        var request = request("GET", "/v1/models")
        request.progressTimeout = Self.questionTimeout
        let stream: HTTPStream
        do { stream = try await http.stream(request) } catch { throw .transport(error) }
        guard stream.head.isSuccess else { throw try await problem(stream, model: configuration.model ?? "") }
        let body: [UInt8]
        do { body = try await stream.collect() } catch { throw .transport(error) }
        guard let list = try? JSONDecoder().decode(ModelList.self, from: Data(body)) else {
            throw .badAnswer(configuration.address, because: "it is no list of models")
        }
        return list.data.map { PrintableText.onOneLine($0.id) }.filter { !$0.isEmpty }
    }

    /// The model to ask: the configured one, else the first listed, which is asked for once.
    func modelName() async throws(EngineProblem) -> String {
        if let model = configuration.model ?? memory.withLock({ $0.listedModel }) { return model }
        guard let model = try await models().first else { throw .noModelListed(configuration.address) }
        memory.withLock { $0.listedModel = model }
        return model
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        // Both "http://host" and "http://host/v1" are what people write.
        let hasVersion = configuration.endpoint.basePath.hasSuffix("/v1")
        let path = hasVersion ? String(path.dropFirst("/v1".count)) : path
        var request = HTTPRequest(configuration.endpoint, method: method, path: path)
        if let key = configuration.key { request.headers.append(HTTPHeader("Authorization", "Bearer \(key.value)")) }
        return request
    }

    private func problem(_ stream: HTTPStream, model: String) async throws(EngineProblem) -> EngineProblem {
        var body: [UInt8] = []
        do throws(HTTPError) {
            for try await chunk in stream where body.count < Self.errorLimit { body += chunk }
        } catch {
            // The status says enough; but who was cancelled wants no sentence about it.
            if error.code == .cancelled { throw .transport(error) }
        }
        return .status(
            stream.head, of: configuration.address, model: model,
            detail: ServerDetail.read(body, without: configuration.key))
    }
}
