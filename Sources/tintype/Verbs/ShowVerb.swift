import ArgumentParser
import DaemonAPI

/// `tintype show FILE`
struct ShowVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything known about files, their jobs, and why they are not indexed if they are not.",
        discussion: "Example: tintype show IMG_2041.jpg")

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let daemon = try await session.daemon()
        let console = session.console
        let layout = FileLayout(paint: console.paint)
        var known = 0
        for (index, file) in files.enumerated() {
            let path = try CommandLinePath.file(file)
            let report = try await daemon.file(path)
            if report.files.contains(where: { $0.file != nil }) { known += 1 }
            if json.isOn {
                try console.print(json: report)
            } else {
                if index > 0 { try console.print("") }
                for line in layout.lines(for: report, at: path) { try console.print(line) }
            }
        }
        if known == 0 { return .nothingFound }
        return known == files.count ? .done : .partlyDone
    }
}
