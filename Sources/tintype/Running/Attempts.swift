import DaemonAPI

/// An order on several things, each of which may fail without stopping the others.
struct Attempts {
    private(set) var done = 0
    private(set) var failed = 0

    /// What the process ends with.
    var status: CommandStatus { .ofMany(done: done, failed: failed) }

    /// Tries one of them. What concerns all of them (no daemon, no reader) is thrown on.
    mutating func attempt(in console: Console, _ work: () async throws -> Void) async throws {
        do {
            try await work()
            done += 1
        } catch let error as DaemonClientError where error.kind != .unreachable {
            fail(Invocation.failure(of: error), in: console)
        } catch let error as CommandFailure where error.status != .unreachable {
            fail(error, in: console)
        }
    }

    /// Counts one that failed, and says why.
    mutating func fail(_ failure: CommandFailure, in console: Console) {
        console.complain(failure.printed)
        failed += 1
    }
}
