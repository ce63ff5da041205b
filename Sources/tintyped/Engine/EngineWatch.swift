import DaemonAPI
import Describing
import Indexing
import MediaTypes
import ModelStore
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
    /// Asks an engine elsewhere at the start and now and then: more often while it is away, since it may be starting
    /// too. Our own is looked at when it is used; a model that has come meanwhile wakes the lane.
    func watchEngine() async {
        while !Task.isCancelled {
            if let engine = seat.remoteClient { await engineWatch.ask(engine) } else { indexer.wake() }
            ticker.noteChange()
            if case .unavailable = engineWatch.known {
                try? await Task.sleep(for: .seconds(15))
            } else {
                try? await Task.sleep(for: .seconds(indexer.engineTrouble == nil ? 300 : 15))
            }
        }
    }

    /// The engine as `status` shows it. A lane that waits for the engine knows better than the last time it was asked.
    func engineReport() -> EngineReport {
        let isInTrouble = indexer.engineTrouble != nil
        if let model = seat.localModel {
            let cannotLoad = isInTrouble || !seat.isLocalRunning && seat.localTrouble != nil
            let state: EngineReport.State = cannotLoad ? .unavailable : seat.isLocalRunning ? .ready : .idle
            return EngineReport(state: state, model: model.name)
        }
        guard seat.remoteClient != nil else { return EngineReport(state: .none) }
        switch engineWatch.known {
        case .ready(let model): return EngineReport(state: isInTrouble ? .unavailable : .ready, model: model)
        case .unavailable: return EngineReport(state: .unavailable, model: configuration.engine?.model)
        case nil: return EngineReport(state: .idle, model: configuration.engine?.model)
        }
    }

    /// Why descriptions wait, and what to do.
    func engineProblem() -> Problem? {
        if let trouble = seat.localTrouble, !seat.isLocalRunning {
            return Problem(code: "engine-no-model", message: trouble.message, remedy: trouble.remedy)
        }
        guard seat.isSetUp else {
            return Problem(
                code: "no-engine",
                message: "There is no model that describes pictures: they have first tags at most, no captions.",
                remedy: "Get one with `tintype model pull`, or set [engine] url in \(paths.configFile.text).")
        }
        if let trouble = indexer.engineTrouble {
            let remedy =
                configuration.engine.map { "Check the engine at \($0.url); descriptions wait meanwhile." }
                ?? "Try `tintype model verify`; descriptions wait meanwhile."
            return Problem(code: trouble.code, message: trouble.message, remedy: remedy)
        }
        guard case .unavailable(let problem) = engineWatch.known else { return nil }
        return Problem(code: problem.code.rawValue, message: problem.message, remedy: problem.remedy)
    }
}
