/// What the process ends with. Scripts rely on these numbers; the README lists them.
struct CommandStatus: Hashable, Sendable {
    /// The number.
    let code: Int32

    /// Found, or done.
    static let done = CommandStatus(code: 0)
    /// Nothing was found.
    static let nothingFound = CommandStatus(code: 1)
    /// It did not work.
    static let failed = CommandStatus(code: 2)
    /// The daemon does not answer and could not be started.
    static let unreachable = CommandStatus(code: 3)
    /// Some of it worked.
    static let partlyDone = CommandStatus(code: 4)
    /// The command line made no sense.
    static let wrongUse = CommandStatus(code: 64)

    /// The status of an order on several things: all, some or none of them worked.
    static func ofMany(done: Int, failed: Int) -> CommandStatus {
        if failed == 0 { return .done }
        return done == 0 ? .failed : .partlyDone
    }
}
