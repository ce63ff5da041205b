import ArgumentParser
import DaemonAPI
import Glibc

/// The companion command line.
@main
struct TintypeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tintype",
        abstract: "Finds photos, screenshots and videos by what is in them and by the words written in them.",
        discussion: """
            Examples:
              tintype add ~/Pictures                      start watching a folder
              tintype find "birthday cake with candles"   search by content
              tintype find 'ocr:"total due" after:2025-01 is:screenshot'
              tintype show IMG_2041.jpg                   everything known about one file
              tintype status --watch                      what is queued, how fast, how long to go

            Exit status: 0 found or done, 1 nothing found, 2 failed, 3 daemon unreachable, 4 partly done, 64 wrong use.
            """,
        version: "tintype \(TintypeVersion.current)",
        groupedSubcommands: [
            CommandGroup(name: "Folders:", subcommands: [AddVerb.self, RemoveVerb.self, RootsVerb.self]),
            CommandGroup(
                name: "Pictures:",
                subcommands: [
                    FindVerb.self, ShowVerb.self, AskVerb.self, DescribeVerb.self, TagVerb.self, TagsVerb.self,
                ]),
            CommandGroup(
                name: "The queue:",
                subcommands: [StatusVerb.self, FailedVerb.self, PauseVerb.self, ResumeVerb.self, DoctorVerb.self]),
            CommandGroup(name: "Models:", subcommands: [ModelVerb.self]),
        ])

    /// Runs the verb that was typed.
    static func main() async {
        // A reader that goes away is found by write(2) and is no failure; see `Output`.
        signal(SIGPIPE, SIG_IGN)
        let status = await Invocation.run(RawArguments.ofProcess(), in: Session(console: .standard()))
        Glibc.exit(status.code)
    }
}
