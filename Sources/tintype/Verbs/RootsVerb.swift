import ArgumentParser
import DaemonAPI

/// `tintype roots`
struct RootsVerb: Verb {
    static let configuration = CommandConfiguration(commandName: "roots", abstract: "List the watched folders.")

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let roots = try await session.daemon().roots().roots
        let console = session.console
        if roots.isEmpty { console.note("No folder is watched. Add one: tintype add ~/Pictures") }
        let width = roots.map { DisplayWidth.columns(of: SafeText.name($0.path)) }.max() ?? 0
        for root in roots {
            if json.isOn {
                try console.print(json: root)
            } else {
                let name = DisplayWidth.padded(SafeText.name(root.path), columns: width)
                let state = root.state == .offline ? console.paint.yellow("offline") : root.state.rawValue
                try console.print("\(name)  \(state)  \(Words.count(root.files, "file"))")
            }
        }
        return .done
    }
}
