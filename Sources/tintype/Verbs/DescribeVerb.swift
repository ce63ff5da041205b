import ArgumentParser
import DaemonAPI

/// `tintype describe FILE… | --where EXPR`
struct DescribeVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Let the engine look again: after a change of model or settings.",
        discussion: """
            Earlier descriptions stay until the new ones are there.

            Examples:
              tintype describe IMG_2041.jpg
              tintype describe --where 'is:undescribed type:photo'
            """)

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String] = []

    @Option(name: .customLong("where"), help: "Every file that this query finds.")
    var query: String?

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard files.isEmpty != (query == nil) else {
            throw ValidationError("Name files, or give --where and a query: one of the two.")
        }
    }

    func perform(in session: Session) async throws -> CommandStatus {
        let console = session.console
        let request: DescribeRequest =
            if let query { .init(where: query) } else { .init(paths: try files.map(CommandLinePath.file)) }
        let reply = try await session.daemon().describe(request)
        if json.isOn { try console.print(json: reply) }
        for path in reply.unknown {
            console.complain(
                CommandFailure(message: "\(path.path) is not in the library.", remedy: "`tintype show` says why.")
                    .printed)
        }
        console.note("\(Words.count(reply.count, "description")) queued")
        guard reply.count > 0 else { return .nothingFound }
        return reply.unknown.isEmpty ? .done : .partlyDone
    }
}
