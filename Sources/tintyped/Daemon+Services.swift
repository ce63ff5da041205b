import CPlatform
import Catalog
import DaemonAPI
import Describing
import FileWatching
import HTTPServing
import Indexing
import Logging
import MediaTypes
import MediaWorker
import ServiceLifecycle
import UnixSignals

extension Daemon {
    /// Runs every part until SIGTERM or SIGINT, or until one of them fails.
    func serve(on listener: UnixListener) async throws {
        try await catalog.recoverLeases()
        indexer.setPaused(try await catalog.isPaused())
        for root in try await catalog.roots() { try watcher.add(root: root.path) }
        let notifier = ServiceNotifier()
        var parts: [ServiceGroupConfiguration.ServiceConfiguration] = []
        func add(endsAlone: Bool = false, _ body: @escaping @Sendable () async throws -> Void) {
            parts.append(
                .init(
                    service: Part(body: body),
                    successTerminationBehavior: endsAlone ? .ignore : .gracefullyShutdownGroup))
        }
        let recorder = TreeRecorder(
            catalog: catalog, watcher: watcher, indexer: indexer, onChange: ticker.noteChange, logger: logger)
        add { await recorder.run() }
        add { try await watcher.run() }
        add { await indexer.run() }
        add { await tellStatus(notifier) }
        add(endsAlone: true) { await feedWatchdog(notifier) }
        // One worker says at once what words it can read and what holds it: `doctor` need not wait for a file.
        add(endsAlone: true) { _ = try? await workers.readiness() }
        add(endsAlone: true) {
            if let engine { await engineWatch.ask(engine) }
            ticker.noteChange()
        }
        let server = HTTPServer(listener: listener, router: makeRouter(), logger: logger)
        add {
            notifier.ready()
            logger.notice("ready", metadata: ["socket": "\(paths.socket.text)"])
            try await server.run()
        }
        var group = ServiceGroupConfiguration(
            services: parts, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A picture that is being looked at goes back to the queue; nothing needs longer than this.
        group.maximumGracefulShutdownDuration = .seconds(8)
        group.maximumCancellationDuration = .seconds(4)
        let outcome = await Result { try await ServiceGroup(configuration: group).run() }
        notifier.stopping()
        await close()
        try outcome.get()
    }

    private func close() async {
        hub.finish()
        await workers.stop()
        do {
            try await catalog.returnLeases()
            try catalog.close()
        } catch {
            logger.error("the library was not closed cleanly", metadata: ["error": "\(error)"])
        }
        logger.notice("stopped")
    }

    /// Sends the status to whoever listens, at most twice a second, and to systemd.
    private func tellStatus(_ notifier: ServiceNotifier) async {
        for await _ in ticker.changes {
            if let report = try? await status() {
                notifier.status(report.line)
                hub.send(.status(report))
                if report.isAtRest { releaseMemory() }
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What the last files needed goes back to the system.
    private func releaseMemory() {
        catalog.releaseMemory()
        platform_trim_memory()
    }

    /// Feeds the watchdog while there is progress: the catalog answers, and no job has hung past every deadline.
    private func feedWatchdog(_ notifier: ServiceNotifier) async {
        guard let interval = notifier.watchdogInterval else { return }
        while !Task.isCancelled {
            if await isMakingProgress() { notifier.watchdog() }
            try? await Task.sleep(for: interval / 2)
        }
    }
}

/// A part of the daemon as a service: ends when the group shuts down.
private struct Part: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown(body)
        } catch is CancellationError {
            // That is how a part is told to stop.
        }
    }
}

extension Result where Failure == any Error {
    /// The outcome of an asynchronous body.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
