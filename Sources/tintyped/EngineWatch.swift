import DaemonAPI
import Describing
import Indexing
import MediaTypes
import Synchronization

/// What is known of the engine without asking it at every look.
final class EngineWatch: Sendable {
    private let state = Mutex<EngineState?>(nil)

    /// The last answer; `nil`: it was not asked yet.
    var known: EngineState? { state.withLock { $0 } }

    /// Asks the engine, and remembers what it says.
    func ask(_ engine: EngineClient) async {
        let answer = await engine.state()
        state.withLock { $0 = answer }
    }
}

extension Daemon {
    /// Asks the engine at the start and now and then: more often while it is away, since it may be starting too.
    func watchEngine() async {
        guard let engine else { return }
        while !Task.isCancelled {
            await engineWatch.ask(engine)
            ticker.noteChange()
            if case .ready = engineWatch.known, indexer.engineTrouble == nil {
                try? await Task.sleep(for: .seconds(300))
            } else {
                try? await Task.sleep(for: .seconds(15))
            }
        }
    }

    /// The engine as `status` shows it. A lane that waits for the engine knows better than the last time it was asked.
    func engineReport() -> EngineReport {
        guard engine != nil else { return EngineReport(state: .none) }
        switch engineWatch.known {
        case .ready(let model):
            return EngineReport(state: indexer.engineTrouble == nil ? .ready : .unavailable, model: model)
        case .unavailable: return EngineReport(state: .unavailable, model: configuration.engine?.model)
        case nil: return EngineReport(state: .idle, model: configuration.engine?.model)
        }
    }

    /// Why descriptions wait, and what to do.
    func engineProblem() -> Problem? {
        guard engine != nil else {
            return Problem(
                code: "no-engine",
                message: "No engine is set up: pictures are found by facts and words, not yet by what they show.",
                remedy: "Set [engine] url in \(paths.configFile.text).")
        }
        if let trouble = indexer.engineTrouble {
            return Problem(
                code: trouble.code, message: trouble.message,
                remedy: "Check the engine at \(configuration.engine?.url ?? ""); descriptions wait meanwhile.")
        }
        guard case .unavailable(let problem) = engineWatch.known else { return nil }
        return Problem(code: problem.code.rawValue, message: problem.message, remedy: problem.remedy)
    }
}
