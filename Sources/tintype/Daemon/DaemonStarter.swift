import DaemonAPI
import Glibc
import MediaTypes

/// Starts the daemon where none answers, and waits until it does.
struct DaemonStarter {
    /// Where the socket and the log are.
    var paths: RuntimePaths
    /// Where `tintyped` is looked for, best first.
    var folders: [MediaPath]
    /// How long a daemon may take until it answers: a large library is opened, perhaps after a crash.
    var patience = Duration.seconds(20)

    /// The starter for this process.
    init(paths: RuntimePaths) {
        self.init(
            paths: paths, folders: (Executables.ownFolder().map { [$0] } ?? []) + Executables.searchPath())
    }

    /// A starter that looks in these folders.
    init(paths: RuntimePaths, folders: [MediaPath]) {
        self.paths = paths
        self.folders = folders
    }

    /// Returns once somebody listens on the socket.
    func ensureRunning() async throws {
        if try isListening() { return }
        try paths.prepareRuntimeDirectory()
        let lock = try StartLock(paths.runtimeDirectory)
        defer { lock.release() }
        // Another command line may have started it while we waited for the lock.
        if try isListening() { return }
        if startBySystemd() {
            try await waitForSocket(daemon: nil)
        } else {
            try await waitForSocket(daemon: try startDirectly())
        }
    }

    private func isListening() throws -> Bool {
        switch SocketProbe(paths.socket) {
        case .listening: return true
        case .nobody: return false
        case .failed(let code):
            throw CommandFailure(
                status: .unreachable,
                message: "The socket \(paths.socket.text) cannot be reached: \(String(cString: strerror(code))).",
                remedy: "Check who owns it; `ls -l` shows it.")
        }
    }

    /// Asks the user's service manager, where it runs and knows us. A library under `TINTYPE_HOME` is none of its.
    private func startBySystemd() -> Bool {
        guard paths.home == nil, let runtime = paths.runtimeDirectory.parent,
            access(runtime.text + "/systemd/private", F_OK) == 0, let nowhere = MediaPath("/dev/null")
        else { return false }
        let start = ChildProcess.Start(
            program: Array("systemctl".utf8),
            arguments: ["--user", "--quiet", "start", "tintyped.socket"].map { Array($0.utf8) }, output: nowhere)
        return (try? ChildProcess(start))?.wait() == .exited(0)
    }

    private func startDirectly() throws -> ChildProcess {
        guard let program = Executables.find("tintyped", in: folders) else {
            throw CommandFailure(
                status: .unreachable,
                message: "The daemon is not running, and its program `tintyped` was found neither beside `tintype` "
                    + "nor in PATH.",
                remedy: "Install it with systemd/install.sh, or start it by hand.")
        }
        try RuntimePaths.makeDirectories(paths.stateDirectory)
        var start = ChildProcess.Start(program: program.bytes, isDetached: true, output: paths.logFile)
        // A relative TINTYPE_HOME means the same to the daemon only in its absolute form.
        if let home = paths.home { start.variables = [("TINTYPE_HOME", home.bytes)] }
        do {
            return try ChildProcess(start)
        } catch {
            throw CommandFailure(
                status: .unreachable,
                message: "\(program.text) cannot be started: \(String(cString: strerror(error.errno))).",
                remedy: "Install Tintype again with systemd/install.sh.")
        }
    }

    /// Asks the socket until it answers, the daemon dies, or patience ends.
    private func waitForSocket(daemon: ChildProcess?) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while clock.now < deadline {
            if try isListening() { return }
            // A daemon that ends well has found another one at work, which will answer.
            if let ending = daemon?.endingIfEnded(), ending != .exited(0) { throw died(ending) }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CommandFailure(
            status: .unreachable,
            message: "The daemon was started but does not answer on \(paths.socket.text).",
            remedy: "Look into \(paths.logFile.text), or `journalctl --user -u tintyped`.")
    }

    private func died(_ ending: ChildProcess.Ending) -> CommandFailure {
        let how =
            switch ending {
            case .exited(let code): "ended with status \(code)"
            case .signalled(let signal): "was killed by signal \(signal)"
            }
        let words = lastWords().map { " It said: \($0)" } ?? ""
        return CommandFailure(
            status: .unreachable, message: "The daemon was started and \(how).\(words)",
            remedy: "Look into \(paths.logFile.text).")
    }

    /// The last line of the log: most often the reason.
    private func lastWords() -> String? {
        guard let file = paths.logFile.withCString({ fopen($0, "re") }) else { return nil }
        defer { fclose(file) }
        fseek(file, -2048, SEEK_END)
        var tail = [UInt8](repeating: 0, count: 2048)
        let count = fread(&tail, 1, tail.count, file)
        return String(decoding: tail[..<count], as: UTF8.self).split(separator: "\n").last.map(String.init)
    }
}

/// Lets one command line at a time start the daemon. Ends with the process, however that ends.
private struct StartLock {
    private let descriptor: Int32

    init(_ directory: MediaPath) throws {
        let file = directory.appending(FileName("start.lock"))
        descriptor = file.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard descriptor >= 0 else {
            throw CommandFailure(
                status: .unreachable, message: "\(file.text): \(String(cString: strerror(errno))).",
                remedy: "Check that the folder belongs to you and that its disk is not full.")
        }
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    }

    func release() { close(descriptor) }
}
