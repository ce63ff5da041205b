import ArgumentParser
import ModelStore

/// `tintype model verify [NAME]`
struct ModelVerifyVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every byte of a model, or of all, and compare with what it should be.")

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var name: String?

    func perform(in session: Session) async throws -> CommandStatus {
        let names = try name.map { [$0] } ?? allNames(session.models())
        let console = session.console
        if names.isEmpty { console.note("No models yet. Get one: tintype model pull") }
        var attempts = Attempts()
        for name in names {
            try await attempts.attempt(in: console) {
                try await session.withModels { store throws(ModelStoreError) in try store.verify(name) }
                try console.print("\(SafeText.line(name)) is whole")
            }
        }
        return names.isEmpty ? .nothingFound : attempts.status
    }

    private func allNames(_ store: ModelStore) -> [String] {
        (store.models().map(\.name) + store.damagedModels()).sorted()
    }
}
