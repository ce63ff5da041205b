import FoundationEssentials
import HTTPTransport

/// Puts a completion together from its chunks, streamed as events or sent whole.
struct CompletionReader {
    /// In bytes of text; a model in a loop is stopped by `max_tokens` long before.
    private static let contentLimit = 1 << 20

    private let engine: String
    private let isStream: Bool
    private var events = ServerSentEvents()
    private var body: [UInt8] = []
    private var content = ""

    /// A reader of an answer of this type; servers that cannot stream send JSON.
    init(engine: String, contentType: String?) {
        self.engine = engine
        isStream = contentType?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// Takes a chunk. Returns whether the completion is whole: what follows says nothing more.
    mutating func receive(_ chunk: [UInt8]) throws(EngineProblem) -> Bool {
        guard isStream else {
            body += chunk
            return false
        }
        let read: [ServerSentEvents.Event]
        do { read = try events.receive(chunk) } catch { throw .transport(error) }
        for event in read {
            if event.data == "[DONE]" { return true }
            try take(Array(event.data.utf8))
        }
        return false
    }

    /// The text of the whole completion.
    mutating func finish() throws(EngineProblem) -> String {
        if !isStream { try take(body) }
        return content
    }

    private mutating func take(_ bytes: [UInt8]) throws(EngineProblem) {
        guard let wire = try? JSONDecoder().decode(ChatWire.self, from: Data(bytes)) else {
            throw .badAnswer(engine, because: "it is no chat completion")
        }
        if let error = wire.error { throw .failedMidway(engine, detail: ServerDetail.clean(error.message)) }
        let choice = wire.choices?.first
        content += choice?.delta?.content ?? choice?.message?.content ?? ""
        guard content.utf8.count <= Self.contentLimit else { throw .badAnswer(engine, because: "it does not end") }
    }
}

/// What a server says of its own failure, fit to be shown.
enum ServerDetail {
    /// In characters.
    private static let limit = 300

    /// The message in an error's body; empty where it has none.
    static func read(_ body: [UInt8], without key: EngineKey?) -> String {
        guard let error = try? JSONDecoder().decode(WireError.self, from: Data(body)) else { return "" }
        guard let key, !key.value.isEmpty else { return clean(error.message) }
        return clean(error.message.replacing(key.value, with: "•••"))
    }

    static func clean(_ message: String) -> String {
        PrintableText.cut(PrintableText.onOneLine(message), at: limit)
    }
}
