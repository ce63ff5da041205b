import ArgumentParser
import DaemonAPI

/// `tintype tag FILE +name -name`
struct TagVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a file tags of your own, or take them away.",
        usage: "tintype tag <file> [+name ...] [-name ...] [--json]",
        discussion: """
            Your tags and the automatic ones never mix. Without names, the file's tags of yours are listed.

            Example: tintype tag IMG_2041.jpg +beach +anna -work
            """)

    @Argument(help: ArgumentHelp("The file, then +name and -name.", valueName: "file"))
    var operands: [String]

    @OptionGroup var json: JSONOption

    func validate() throws { _ = try changes() }

    func perform(in session: Session) async throws -> CommandStatus {
        let path = try CommandLinePath.file(operands.first ?? "")
        let (added, removed) = try changes()
        let daemon = try await session.daemon()
        let tags = try await daemon.changeTags(TagRequest(path: path, add: added, remove: removed)).tags
        if json.isOn {
            let wire = WirePath(path)
            try session.console.print(json: FileTags(path: wire.path, pathBytes: wire.pathBytes, tags: tags))
        } else {
            for tag in tags { try session.console.print(SafeText.line(tag)) }
        }
        return .done
    }

    /// One line of `tag --json`.
    private struct FileTags: Encodable {
        var path: String
        var pathBytes: String?
        var tags: [String]

        private enum CodingKeys: String, CodingKey {
            case path
            case pathBytes = "path_bytes"
            case tags
        }
    }

    private func changes() throws -> (added: [String], removed: [String]) {
        var added: [String] = []
        var removed: [String] = []
        for operand in operands.dropFirst() {
            guard let sign = operand.first, sign == "+" || sign == "-", operand.count > 1 else {
                throw ValidationError("“\(SafeText.line(operand))” is neither +name nor -name.")
            }
            let name = String(operand.dropFirst())
            if sign == "+" { added.append(name) } else { removed.append(name) }
        }
        return (added, removed)
    }
}
