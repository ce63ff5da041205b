import ArgumentParser
import DaemonAPI

/// `tintype resume`
struct ResumeVerb: Verb {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let the queue go on.")

    func perform(in session: Session) async throws -> CommandStatus {
        _ = try await session.daemon().resume()
        session.console.note("the queue goes on")
        return .done
    }
}
