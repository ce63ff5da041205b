import ArgumentParser
import ModelStore

/// `tintype model remove NAME`
struct ModelRemoveVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a model off the disk; what it described stays.")

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Also the one in use: nothing is described then.")
    var force = false

    func perform(in session: Session) async throws -> CommandStatus {
        let console = session.console
        if !yes, console.canAsk, console.notes.isTerminal, let model = try session.models().model(name) {
            let size = Words.size(bytes: model.manifest.byteCount)
            guard console.ask("Delete \(SafeText.line(name)), \(size)?") else { return .done }
        }
        try await session.withModels { store throws(ModelStoreError) in try store.remove(name, evenInUse: force) }
        await session.tellDaemonOfModels()
        try console.print("\(SafeText.line(name)) is gone")
        return .done
    }
}
