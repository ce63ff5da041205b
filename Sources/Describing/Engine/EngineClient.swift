import HTTPTransport
public import MediaTypes
import Synchronization

/// The one client for engines that speak OpenAI's chat completions: ours, llama-server, Ollama, vLLM, SGLang and others.
public final class EngineClient: Sendable {
    /// What was learnt of the engine.
    struct Memory {
        /// The first model that it lists.
        var listedModel: String?
        /// It refused to enforce a form.
        var refusesForm = false
        /// Pictures that it refused since it last took one.
        var refusalsInARow = 0
    }

    /// Which engine, and what it is asked for.
    public let configuration: EngineConfiguration
    let http = HTTPClient()
    let memory = Mutex(Memory())

    /// A client of this engine; connects to nothing yet.
    public init(_ configuration: EngineConfiguration) { self.configuration = configuration }

    /// Caption, tags and text of one picture, or of a video's frames. Costs one request, and one more where the model's
    /// name is still to be asked for or the engine turns out not to enforce forms.
    public func describe(_ pictures: [EncodedPicture], of facts: MediaFacts)
        async throws(JobFailure) -> (descriptions: [Description], provenance: Provenance)
    {
        do throws(EngineProblem) {
            let model = try await modelName()
            let prompt = DescribingPrompt.prompt(for: facts)
            let processing = configuration.local.map { _ in
                PictureProcessing(describing: facts, frames: configuration.videoFrames)
            }
            let (content, enforced) = try await complete(
                pictures, prompt: prompt, model: model, processing: processing)
            guard let answer = AnswerForm.read(content) else {
                throw .badAnswer(configuration.address, because: "it says nothing of the picture")
            }
            memory.withLock { $0.refusalsInARow = 0 }
            let provenance = Provenance.of(
                configuration, model: model, prompt: prompt, enforcesForm: enforced, processing: processing)
            return (Self.descriptions(of: answer), provenance)
        } catch {
            guard error.code == .badRequest else { throw error.jobFailure }
            throw refused(error)
        }
    }

    /// An engine that refuses one picture has something against it; one that refuses picture after picture sees none.
    private func refused(_ problem: EngineProblem) -> JobFailure {
        var failure = problem.jobFailure
        let refusals = memory.withLock { memory in
            memory.refusalsInARow += 1
            return memory.refusalsInARow
        }
        if refusals >= Self.mostRefusals { failure.cause = .service }
        return failure
    }

    /// Refusals in a row after which the engine is at fault, and not the pictures.
    static let mostRefusals = 3

    private static func descriptions(of answer: PictureAnswer) -> [Description] {
        var descriptions: [Description] = []
        if let caption = answer.caption {
            descriptions.append(Description(field: .caption, text: caption, language: "en"))
        }
        descriptions += answer.tags.map { Description(field: .tag, text: $0, language: "en") }
        if let text = answer.text {
            descriptions.append(Description(field: .ocr, text: text, language: answer.language))
        }
        return descriptions
    }

    /// Asks with the form enforced, and without where the engine refuses that; which it was is remembered.
    private func complete(
        _ pictures: [EncodedPicture], prompt: DescribingPrompt, model: String, processing: PictureProcessing?
    )
        async throws(EngineProblem) -> (content: String, enforcesForm: Bool)
    {
        var request = ChatRequest(
            prompt: prompt, model: model, maxTokens: configuration.maxTokens,
            enforcesForm: !memory.withLock { $0.refusesForm }, processing: processing)
        do throws(EngineProblem) {
            return (try await complete(request.body(pictures), model: model), request.enforcesForm)
        } catch {
            // The same answer again, without the form: then it is the picture that it refuses.
            guard request.enforcesForm, [400, 415, 422, 501].contains(error.status) else { throw error }
            request.enforcesForm = false
            let content = try await complete(request.body(pictures), model: model)
            memory.withLock { $0.refusesForm = true }
            return (content, false)
        }
    }

    private func complete(_ body: [UInt8], model: String) async throws(EngineProblem) -> String {
        let stream = try await post(body, model: model)
        var reader = CompletionReader(engine: configuration.address, contentType: stream.head["content-type"])
        var chunks = stream.makeAsyncIterator()
        while let chunk = try await chunks.nextOfEngine() {
            if try reader.receive(chunk) { break }
        }
        return try reader.finish()
    }
}

extension Provenance {
    /// Where the descriptions of one answer come from.
    fileprivate static func of(
        _ configuration: EngineConfiguration, model: String, prompt: DescribingPrompt, enforcesForm: Bool,
        processing: PictureProcessing?
    ) -> Provenance {
        var provenance = Provenance(source: .engine)
        provenance.engine = configuration.address
        provenance.model = model
        provenance.modelDigest = configuration.local?.digest
        provenance.promptDigest = StableDigest.of(prompt.text + AnswerForm.schema.text)
        var settings: [String: JSONValue] = [
            "prompt": .string(prompt.name), "long_side": .integer(configuration.longSide),
            "max_tokens": .integer(configuration.maxTokens), "temperature": 0,
            "video_frames": .integer(configuration.videoFrames), "enforced_form": .boolean(enforcesForm),
        ]
        if let processing {
            settings["long_side"] = .integer(configuration.order(frames: .evenly(1)).longSide)
            settings["processing"] = .wire(processing)
        }
        provenance.settings = JSONValue.object(settings).text
        provenance.seed = ChatRequest.seed
        return provenance
    }
}
