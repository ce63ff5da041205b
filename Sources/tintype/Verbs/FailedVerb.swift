import ArgumentParser
import DaemonAPI
import MediaTypes

/// `tintype failed`
struct FailedVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "failed", abstract: "List the files that could not be read, and why.",
        discussion: "They are tried again by themselves when the file changes. Example: tintype failed --retry")

    @Flag(help: "Try all of them again now.")
    var retry = false

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let daemon = try await session.daemon()
        let console = session.console
        let failed = try await daemon.failedJobs().failed
        for job in failed {
            if json.isOn {
                try console.print(json: job)
            } else {
                try console.print(console.paint.bold(SafeText.name(job.path)))
                let tried = job.attempts > 1 ? ", tried \(job.attempts) times" : ""
                try console.print(
                    "    \(SafeText.line(job.message)) (\(job.stage.rawValue), \(SafeText.line(job.code))\(tried))")
            }
        }
        if failed.isEmpty { console.note("nothing has failed") }
        if retry && !failed.isEmpty {
            let count = try await daemon.retry().count
            console.note("\(Words.count(count, "job")) queued again")
        }
        return .done
    }
}
