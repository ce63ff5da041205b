import ArgumentParser
import DaemonAPI
import ModelStore

/// `tintype model list`
struct ModelListVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models on disk, and which one is in use.")

    @OptionGroup var json: JSONOption

    /// A model as scripts read it.
    private struct Line: Encodable {
        var name: String
        var format: String
        var bytes: Int64
        var in_use: Bool
        var complete: Bool
        var source: String
        var digest: String
    }

    /// One that is damaged.
    private struct DamagedLine: Encodable {
        var name: String
        var complete = false
        var damaged = true
    }

    func perform(in session: Session) async throws -> CommandStatus {
        let store = try session.models()
        let (models, used, damaged) = (store.models(), store.modelInUse()?.name, store.damagedModels())
        let console = session.console
        if models.isEmpty, damaged.isEmpty { console.note("No models yet. Get one: tintype model pull") }
        for model in models {
            // The small models are used wherever they are.
            let isUsed = model.describes ? model.name == used : model.isComplete
            if json.isOn {
                try console.print(
                    json: Line(
                        name: model.name, format: model.format, bytes: model.manifest.byteCount, in_use: isUsed,
                        complete: model.isComplete, source: model.manifest.source, digest: model.digest))
            } else {
                let size = Words.size(bytes: model.manifest.byteCount)
                let state = model.isComplete ? "" : "  incomplete, get it again: \(model.manifest.again)"
                try console.print(
                    SafeText.line("\(isUsed ? "*" : " ") \(model.name)  \(model.format)  \(size)\(state)"))
            }
        }
        for name in damaged {
            if json.isOn {
                try console.print(json: DamagedLine(name: name))
            } else {
                try console.print(SafeText.line("  \(name)  damaged, take it away: tintype model remove \(name)"))
            }
        }
        return models.isEmpty && damaged.isEmpty ? .nothingFound : .done
    }
}
