import ArgumentParser
import DaemonAPI
import MediaTypes

/// `tintype add DIR…`
struct AddVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Watch folders: what is in them, and whatever comes into them, becomes searchable.",
        discussion: """
            Files are only read. Folders with a file named .nomedia are left out.

            Example: tintype add ~/Pictures ~/Videos
            """)

    @Argument(help: ArgumentHelp("The folders.", valueName: "dir"))
    var folders: [String]

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let daemon = try await session.daemon()
        let console = session.console
        var attempts = Attempts()
        for folder in folders {
            try await attempts.attempt(in: console) {
                let path = try CommandLinePath.folder(folder)
                let reply = try await daemon.addRoot(path)
                if json.isOn {
                    for root in reply.roots where root.mediaPath == path { try console.print(json: root) }
                } else {
                    try console.print("watching \(SafeText.name(path.text))")
                }
            }
        }
        if attempts.done > 0 { console.note("`tintype status --watch` shows how far it is.") }
        return attempts.status
    }
}
