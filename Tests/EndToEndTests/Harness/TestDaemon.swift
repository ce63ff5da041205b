import DaemonAPI
import Foundation
import HTTPTransport
import MediaTypes
import Synchronization
import TestSupport
import Testing

/// A real `tintyped` with a library of its own, spoken to by the real `tintype` and by curl.
final class TestDaemon: Sendable {
    /// Holds everything: the daemon's home, and the folders of media that a test makes.
    let directory: TemporaryDirectory
    private let process = Mutex<Process?>(nil)

    /// A daemon that answers when this returns, with this `config.toml`.
    convenience init(configuration: String = "") async throws {
        try self.init(stoppedWith: configuration)
        try await start()
    }

    /// A daemon that is not running yet.
    init(stoppedWith configuration: String) throws {
        directory = try TemporaryDirectory()
        try directory.write(configuration, to: "home/config.toml")
    }

    deinit {
        if let running = process.withLock({ $0.take() }) { kill(running.processIdentifier, SIGKILL) }
    }

    /// `TINTYPE_HOME`.
    var home: String { directory.path("home").text }

    /// The daemon's socket.
    var socket: String { home + "/run/tintyped.sock" }

    /// What the daemon has said so far.
    var log: String { String(decoding: FileManager.default.contents(atPath: home + "/log") ?? Data(), as: UTF8.self) }

    /// What its programs see of the environment: nothing of the person who runs the tests.
    var environment: [String: String] {
        ["TINTYPE_HOME": home, "HOME": directory.path.text, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
    }

    // MARK: The process

    /// Starts it, and returns when it says that it is ready.
    func start() async throws {
        try directory.write("", to: "home/log")
        let ready = try NotifySocket(path: home + "/notify")
        let daemon = Process()
        daemon.executableURL = URL(fileURLWithPath: BuiltPrograms.path("tintyped"))
        daemon.environment = environment.merging(["NOTIFY_SOCKET": ready.path]) { $1 }
        // A daemon that outlives a test which died must not hold the test runner's output open.
        daemon.standardInput = FileHandle.nullDevice
        daemon.standardOutput = FileHandle.nullDevice
        daemon.standardError = FileHandle(forWritingAtPath: home + "/log")
        try daemon.run()
        process.withLock { $0 = daemon }
        try await ready.waitUntilReady(of: daemon)
    }

    /// Its process number; 0 while it does not run.
    var pid: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }

    /// Sends it this signal, and returns its exit status once it has ended.
    @discardableResult
    func end(by signal: Int32) async -> Int32 {
        guard let daemon = process.withLock({ $0.take() }) else { return 0 }
        kill(daemon.processIdentifier, signal)
        return await withCheckedContinuation { continuation in
            Thread {
                daemon.waitUntilExit()
                continuation.resume(returning: daemon.terminationStatus)
            }.start()
        }
    }

    // MARK: Its clients

    /// Runs `tintype`.
    func tintype(_ arguments: String...) async throws -> ProgramRun {
        try await ProgramRun.of([BuiltPrograms.path("tintype")] + arguments, environment: environment)
    }

    /// Has it watch the folder `media` of its directory.
    func watchMedia() async throws {
        let run = try await tintype("add", try directory.makeDirectory("media").text)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// The hits of a query.
    func find(_ query: String) async throws -> [SearchHit] {
        try await tintype("find", "--json", query).decoded()
    }

    /// The names of the files that a query finds, sorted.
    func names(_ query: String) async throws -> [String] {
        try await find(query).compactMap { $0.mediaPath?.name.text }.sorted()
    }

    /// How things stand.
    func status() async throws -> StatusReport {
        guard let path = MediaPath(socket) else { preconditionFailure("\(socket) is no path") }
        return try await DaemonClient(socket: path).status()
    }

    /// Runs curl on the daemon's socket; `target` opens with `/`.
    func curl(_ target: String, _ options: String...) async throws -> ProgramRun {
        let command = ["/usr/bin/curl", "-sS", "--max-time", "30", "--unix-socket", socket] + options
        return try await ProgramRun.of(command + ["http://tintype" + target], environment: environment)
    }

    // MARK: Waiting

    struct StreamEnded: Error {}

    /// Returns as soon as something is so; asked anew at every event that the daemon sends.
    func wait(until isSo: () async throws -> Bool) async throws {
        var request = HTTPRequest(try Endpoint.unix(socketPath: socket), path: "/v1/events")
        request.headers = [HTTPHeader("Accept", "text/event-stream")]
        let events = try await HTTPClient().stream(request)
        // Asked for the first time when the events flow already: nothing can happen unseen in between.
        if try await isSo() { return }
        for try await _ in events where try await isSo() { return }
        throw StreamEnded()
    }

    /// Returns when exactly this many files are known, and all facts and words of them that can be.
    func waitForFiles(_ count: Int) async throws {
        try await wait { try await isSettled(files: count) }
    }

    /// Returns when exactly this many files are known and read, and the engine has looked at all of them: on a slow machine it
    /// may be done before their words are.
    func waitForDescriptions(of count: Int) async throws {
        try await wait {
            guard try await isSettled(files: count) else { return false }
            return try await status().undescribed == 0
        }
    }

    private func isSettled(files: Int) async throws -> Bool {
        let status = try await status()
        return status.files == files && status.queued.facts == 0 && status.queued.words == 0
            && status.running.allSatisfy { $0.stage == .description }
    }
}
