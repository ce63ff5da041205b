import ArgumentParser
import DaemonAPI

/// One run of the command line, from its arguments to the exit status: the only place that decides what an error is.
enum Invocation {
    /// Parses, performs, prints what went wrong, and says what the process ends with.
    static func run(_ arguments: [String], in session: Session) async -> CommandStatus {
        let status: CommandStatus
        do {
            status = try await perform(arguments, in: session)
        } catch {
            status = report(error, to: session.console)
        }
        do {
            try session.console.results.flush()
            return status
        } catch {
            return report(error, to: session.console)
        }
    }

    private static func perform(_ arguments: [String], in session: Session) async throws -> CommandStatus {
        var command = try command(for: arguments)
        if let verb = command as? any Verb { return try await verb.perform(in: session) }
        // `tintype` alone and `tintype help`: both answer by throwing a help text.
        try command.run()
        return .done
    }

    /// The verb that these arguments name, its own read.
    static func command(for arguments: [String]) throws -> any ParsableCommand {
        try TintypeCommand.parseAsRoot(Operands.prepared(arguments))
    }

    /// Prints what a person should know about this error, and says what the process ends with.
    private static func report(_ error: any Error, to console: Console) -> CommandStatus {
        switch error {
        case is Output.BrokenPipe: return .done
        case let error as CommandFailure: return say(error, to: console)
        case let error as DaemonClientError: return say(failure(of: error), to: console)
        case let error as RuntimePathsError:
            return say(CommandFailure(status: .unreachable, message: error.message, remedy: error.remedy), to: console)
        default: return reportParsing(error, to: console)
        }
    }

    /// Help and version go to standard output and are well; all else that the parser throws is wrong use.
    private static func reportParsing(_ error: any Error, to console: Console) -> CommandStatus {
        let text = TintypeCommand.fullMessage(for: error)
        guard TintypeCommand.exitCode(for: error) == .success else {
            console.complain(SafeText.block(text))
            return TintypeCommand.exitCode(for: error) == .validationFailure ? .wrongUse : .failed
        }
        do {
            try console.print(text)
        } catch {
            // The reader of the help text has gone; `run` finds the same when it flushes.
        }
        return .done
    }

    private static func say(_ failure: CommandFailure, to console: Console) -> CommandStatus {
        console.complain(failure.printed)
        return failure.status
    }

    /// The daemon's refusals in terms of the exit status.
    static func failure(of error: DaemonClientError) -> CommandFailure {
        let status: CommandStatus =
            switch (error.kind, error.problem.code) {
            case (.unreachable, _): .unreachable
            case (_, Problem.badQuery): .wrongUse
            case (.refused(status: 404), _): .nothingFound
            case (.refused, _), (.brokenReply, _): .failed
            }
        return CommandFailure(status: status, message: error.problem.message, remedy: error.problem.remedy)
    }
}
