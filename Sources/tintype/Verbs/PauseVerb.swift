import ArgumentParser
import DaemonAPI
import Glibc

/// `tintype pause [-- CMD…]`
struct PauseVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Halt the queue, for good or while a command runs.",
        discussion: """
            Searching and watching go on. With a command, the queue goes on when it ends, and its exit status is ours.

            Example: tintype pause -- make -j8
            """)

    @Argument(parsing: .postTerminator, help: ArgumentHelp("Pause while this runs.", valueName: "cmd"))
    var command: [String] = []

    func perform(in session: Session) async throws -> CommandStatus {
        let daemon = try await session.daemon()
        guard !command.isEmpty else {
            _ = try await daemon.pause()
            session.console.note("paused; `tintype resume` goes on")
            return .done
        }
        // Whoever paused before means it to stay paused after the command.
        let wasPaused = try await daemon.status().paused
        if !wasPaused { _ = try await daemon.pause() }
        let ending = Foreground.run(command.map(RawArguments.bytes), console: session.console)
        if !wasPaused { try await resume(daemon, session) }
        return CommandStatus(code: ending)
    }

    /// The command's status counts, so a queue that stays halted is said and no more.
    private func resume(_ daemon: DaemonClient, _ session: Session) async throws {
        do {
            _ = try await daemon.resume()
        } catch {
            session.console.complain(Invocation.failure(of: error).printed)
            session.console.complain("tintype: The queue is still paused; `tintype resume` goes on.")
        }
    }
}
