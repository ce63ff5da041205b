import ArgumentParser

/// One verb of the command line: what it does, and what the process then ends with.
protocol Verb: AsyncParsableCommand {
    /// Does the work. Throws `CommandFailure` and what the daemon's client throws; `Invocation` turns it into text.
    func perform(in session: Session) async throws -> CommandStatus
}

/// The option that every listing has.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print NDJSON: one object a line.")
    var isOn = false
}
