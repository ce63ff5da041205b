import ArgumentParser
import MediaTypes
import ModelStore

/// `tintype model import DIR|FILE…`
struct ModelImportVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over a model that is on disk already; the original stays.",
        discussion: "A folder of safetensors with their JSON files, or a text GGUF file and its mmproj file.")

    @Argument(help: ArgumentHelp("The folder, or the files.", valueName: "dir|file"))
    var paths: [String]

    @Option(help: "The model's name here.")
    var name: String?

    func perform(in session: Session) async throws -> CommandStatus {
        if let name, name != ModelStore.plain(name) {
            throw CommandFailure(
                status: .wrongUse, message: "“\(name)” is no name for a model.",
                remedy: "Use letters, digits and dashes; dots too, but not at the beginning.")
        }
        let paths = try paths.map { try CommandLinePath.file($0).text }
        session.console.note("copying and checking")
        let model = try await session.withModels { store throws(ModelStoreError) in
            try store.importModel(paths, name: name)
        }
        await session.tellDaemonOfModels()
        let isUsed = try session.models().modelInUse()?.name == model.name
        try session.console.print("\(SafeText.line(model.name)) is here\(isUsed ? ", and in use" : "")")
        return .done
    }
}
