import DaemonAPI

/// Everything that `doctor` looks at: first this machine, then what the daemon says of itself.
struct Examination {
    /// Console and daemon.
    var session: Session

    /// What was found, in the order in which it depends on each other.
    func findings() async -> [Finding] {
        let paths: RuntimePaths
        do {
            paths = try session.paths()
        } catch {
            return [.fail("paths", words(error), remedy: remedy(error))]
        }
        let local = LocalChecks(paths: paths)
        var findings = local.folders() + [local.configuration(), local.disk()]
        let status: StatusReport
        do {
            status = try await session.daemon().status()
        } catch {
            return findings + [.fail("daemon", words(error), remedy: remedy(error)), local.inotify(watches: nil)]
        }
        findings += [daemon(status), local.socket(), local.inotify(watches: status.watching?.watches)]
        return findings + problems(status)
    }

    private func daemon(_ status: StatusReport) -> Finding {
        guard status.version == TintypeVersion.current else {
            return .warn(
                "daemon", "The daemon is version \(status.version), this command line \(TintypeVersion.current).",
                remedy: "Restart the daemon: systemctl --user restart tintyped.service, or kill \(status.pid).")
        }
        return .ok("daemon", "The daemon answers (version \(status.version), process \(status.pid)).")
    }

    /// The daemon's own findings: worker, sandbox, Tesseract, engine, roots.
    private func problems(_ status: StatusReport) -> [Finding] {
        var findings = status.problems.map { Finding.warn($0.code, $0.message, remedy: $0.remedy) }
        if status.paused {
            findings.append(.warn("paused", "The queue is paused.", remedy: "Run `tintype resume`."))
        }
        if status.failed > 0 {
            // Broken files are no fault of the installation, so this finding is not a bad one.
            findings.append(
                .ok("failed", "\(Words.count(status.failed, "job")) failed; `tintype failed` lists them."))
        }
        let isEngineMentioned = status.problems.contains { $0.code.contains("engine") }
        guard !isEngineMentioned else { return findings }
        return findings + [engine(status.engine)]
    }

    private func engine(_ engine: EngineReport) -> Finding {
        let model = engine.model.map { " (\($0))" } ?? ""
        switch engine.state {
        case .idle, .ready: return .ok("engine", "The engine is \(engine.state.rawValue)\(model).")
        case .none:
            return .warn(
                "engine", "No engine is configured: files are found by facts and words, not by description.",
                remedy: "Set url below [engine] in config.toml.")
        case .unavailable:
            return .warn(
                "engine", "The engine\(model) does not answer.", remedy: "Start it, or correct url below [engine].")
        }
    }

    private func words(_ error: any Error) -> String {
        switch error {
        case let error as RuntimePathsError: error.message
        case let error as DaemonClientError: error.problem.message
        case let error as CommandFailure: error.message
        default: "\(error)"
        }
    }

    private func remedy(_ error: any Error) -> String? {
        switch error {
        case let error as RuntimePathsError: error.remedy
        case let error as DaemonClientError: error.problem.remedy
        case let error as CommandFailure: error.remedy
        default: nil
        }
    }
}
