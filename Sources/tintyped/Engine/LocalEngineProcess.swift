import Describing
import Foundation
import Glibc
import MediaTypes
import ModelStore
import Synchronization

/// Our own engine as a process: started when there is work; it ends by itself when there has been none for a while.
actor LocalEngineProcess {
    /// How the engine is run.
    struct Settings: Sendable {
        /// `tintype-engine`, beside the daemon.
        var program: String
        /// The folder of its socket, for this user only.
        var runtimeDirectory: String
        /// What it says goes there, of its last start only.
        var log: String
        /// Minutes without a question after which it ends.
        var idleMinutes: Int
        /// Threads that it computes on; `nil`: one for each core.
        var threads: Int?
    }

    /// How long it may take to load: a checkpoint read from a slow disk for the first time.
    private static let startDeadline: Duration = .seconds(120)

    private let settings: Settings
    private let socket: String
    private var process: Process?
    /// The engine reads its other end and ends when it is closed, which the kernel does however we end.
    private var lifeline: Pipe?
    private var model: InstalledModel?
    /// The change that is under way.
    private var change: Change?
    private let running = RunningFlag()

    private struct Change {
        let model: InstalledModel
        let task: Task<Result<Void, JobFailure>, Never>
    }

    init(_ settings: Settings) {
        self.settings = settings
        // Named after us: an engine that outlived an earlier daemon is not taken for ours.
        socket = "\(settings.runtimeDirectory)/engine-\(getpid()).sock"
    }

    /// Where it listens, as an engine's address.
    nonisolated var address: String { "unix:\(socket)" }

    /// Whether it runs, as far as was last seen.
    nonisolated var isRunning: Bool { running.isUp }

    /// Sees to it that the engine answers with this model. Those who want it while it loads wait for the one start.
    ///
    /// - Throws: where it does not start, with the sentence that it said.
    func start(_ wanted: InstalledModel, _ client: EngineClient) async throws(JobFailure) {
        while true {
            if let change {
                let outcome = await change.task.value
                guard change.model == wanted, !change.task.isCancelled else { continue }
                return try outcome.get()
            }
            if let process, process.isRunning, model == wanted { return }
            let task = Task { await self.changed(to: wanted, client) }
            change = Change(model: wanted, task: task)
            let outcome = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            return try outcome.get()
        }
    }

    /// The whole of a change from one engine to the next: nobody starts or ends one meanwhile.
    private func changed(to wanted: InstalledModel, _ client: EngineClient) async -> Result<Void, JobFailure> {
        defer { change = nil }
        await end()
        do throws(JobFailure) {
            model = wanted
            try launch(wanted)
            try await waitUntilReady(wanted, client)
            return .success(())
        } catch {
            await end()
            return .failure(error)
        }
    }

    private func waitUntilReady(_ wanted: InstalledModel, _ client: EngineClient) async throws(JobFailure) {
        let deadline = ContinuousClock.now.advanced(by: Self.startDeadline)
        while true {
            if case .ready = await client.state() { return }
            guard let process, process.isRunning else { throw failure() }
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                throw JobFailure(
                    code: "engine-timeout", message: "The local engine did not load \(wanted.name) in time.",
                    cause: .service)
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func launch(_ model: InstalledModel) throws(JobFailure) {
        let process = Process()
        process.executableURL = URL(filePath: settings.program)
        process.arguments =
            [
                "--model", model.folder, "--socket", socket, "--idle-seconds", "\(settings.idleMinutes * 60)",
                "--end-with-input",
            ] + (settings.threads.map { ["--threads", "\($0)"] } ?? [])
        process.environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("LISTEN_") && name != "NOTIFY_SOCKET"
        }
        let lifeline = Pipe()
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        _ = FileManager.default.createFile(
            atPath: settings.log, contents: nil, attributes: [.posixPermissions: 0o600])
        process.standardError = FileHandle(forWritingAtPath: settings.log) ?? FileHandle.nullDevice
        // Before it runs: one that ends at once must not be taken for running.
        let turn = running.begin()
        process.terminationHandler = { [running] _ in running.end(turn) }
        do { try process.run() } catch {
            running.end(turn)
            throw JobFailure(
                code: "engine-unavailable",
                message: "The local engine does not start: \(settings.program) cannot be run. "
                    + "Run systemd/install.sh again: tintype-engine must lie beside tintyped.", cause: .service)
        }
        self.process = process
        self.lifeline = lifeline
    }

    /// What it said before it ended.
    private func failure() -> JobFailure {
        let log = FileManager.default.contents(atPath: settings.log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let said = log.split(separator: "\n").last.map { String($0.prefix(600)) }
        return JobFailure(
            code: "engine-no-model", message: said ?? "The local engine ended as soon as it had begun.",
            cause: .service)
    }

    /// Ends the engine, also one that loads, and waits for its end.
    func stop() async {
        while let change {
            change.task.cancel()
            _ = await change.task.value
        }
        await end()
    }

    private func end() async {
        guard let process else { return }
        self.process = nil
        model = nil
        guard process.isRunning else { return }
        process.terminate()
        for _ in 0..<100 where process.isRunning { try? await Task.sleep(for: .milliseconds(50)) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}

/// Whether the process runs: set by its end, on a thread of Foundation's, which may come after the next one's beginning.
private final class RunningFlag: Sendable {
    private let state = Mutex((turn: 0, isUp: false))

    var isUp: Bool { state.withLock { $0.isUp } }

    func begin() -> Int {
        state.withLock { state in
            state = (state.turn + 1, true)
            return state.turn
        }
    }

    func end(_ turn: Int) {
        state.withLock { state in
            if state.turn == turn { state.isUp = false }
        }
    }
}
