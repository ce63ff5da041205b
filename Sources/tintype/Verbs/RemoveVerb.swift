import ArgumentParser
import DaemonAPI
import MediaTypes

/// `tintype remove DIR…`
struct RemoveVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Stop watching folders; the files in them stay where they are.",
        discussion: """
            Descriptions of what was in them are kept, so that adding a folder again costs no second look; on a \
            terminal you are asked whether to forget them instead.

            Example: tintype remove --keep /media/card
            """)

    /// What becomes of descriptions.
    enum Descriptions: String, EnumerableFlag {
        case forget, keep

        static func help(for value: Descriptions) -> ArgumentHelp? {
            switch value {
            case .forget: "Forget what was described there, without asking."
            case .keep: "Keep what was described there, without asking."
            }
        }
    }

    @Argument(help: ArgumentHelp("The folders.", valueName: "dir"))
    var folders: [String]

    @Flag var descriptions: Descriptions?

    func perform(in session: Session) async throws -> CommandStatus {
        let daemon = try await session.daemon()
        let console = session.console
        var attempts = Attempts()
        for folder in folders {
            try await attempts.attempt(in: console) {
                let path = try CommandLinePath.file(folder)
                let name = SafeText.name(path.text)
                _ = try await daemon.removeRoot(path, forgetting: forgets(name, console))
                try console.print("no longer watching \(name)")
            }
        }
        return attempts.status
    }

    private func forgets(_ name: String, _ console: Console) -> Bool {
        switch descriptions {
        case .forget: return true
        case .keep: return false
        case nil:
            guard console.canAsk, console.notes.isTerminal else { return false }
            return console.ask("The files in \(name) stay. Forget their descriptions as well?")
        }
    }
}
