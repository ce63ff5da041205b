import ArgumentParser
import DaemonAPI
import MediaTypes

/// `tintype tags`
struct TagsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "tags", abstract: "List the tags in use, yours and the automatic ones.")

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let tags = try await session.daemon().tags().tags
        let console = session.console
        if tags.isEmpty { console.note("No tags yet. Give some: tintype tag FILE +name") }
        let width = tags.map { Words.grouped($0.count).count }.max() ?? 0
        for tag in tags {
            if json.isOn {
                try console.print(json: tag)
            } else {
                let number = Words.grouped(tag.count)
                let space = String(repeating: " ", count: width - number.count)
                let whose = tag.source == .user ? "" : console.paint.dim("  \(tag.source.rawValue)")
                try console.print("\(space)\(number)  \(SafeText.line(tag.tag))\(whose)")
            }
        }
        return .done
    }
}
