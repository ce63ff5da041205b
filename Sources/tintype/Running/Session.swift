import DaemonAPI

/// What a verb works with: the console, and the daemon, which is started when it is first needed.
struct Session: Sendable {
    /// Where results and notes go.
    let console: Console
    private let makePaths: @Sendable () throws -> RuntimePaths

    /// A session of this console; the paths are asked for when they are first needed.
    init(console: Console, makePaths: @escaping @Sendable () throws -> RuntimePaths = { try RuntimePaths.current() }) {
        self.console = console
        self.makePaths = makePaths
    }

    /// Where Tintype keeps its things.
    func paths() throws -> RuntimePaths { try makePaths() }

    /// A client of a daemon that runs by now.
    func daemon() async throws -> DaemonClient {
        let paths = try paths()
        try await DaemonStarter(paths: paths).ensureRunning()
        return DaemonClient(socket: paths.socket)
    }
}
