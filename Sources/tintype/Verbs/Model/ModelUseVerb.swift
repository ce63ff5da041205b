import ArgumentParser
import ModelStore

/// `tintype model use NAME`
struct ModelUseVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Choose the model that describes and answers; at once, without a restart.")

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var name: String

    func perform(in session: Session) async throws -> CommandStatus {
        try await session.withModels { store throws(ModelStoreError) in try store.use(name) }
        await session.tellDaemonOfModels()
        try session.console.print("\(SafeText.line(name)) is in use")
        session.console.note("What was described stays; look again with: tintype describe --where …")
        return .done
    }
}
