import CPlatform
import Catalog
import DaemonAPI
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
        await forgetOtherMeanings()
        for root in try await catalog.roots() { try watcher.add(root: root.path, knownDevice: root.device) }
        let notifier = ServiceNotifier()
        let parts = Parts { try await run(on: listener, notifier) }
        var group = ServiceGroupConfiguration(
            services: [parts], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A picture that is being looked at goes back to the queue; nothing needs longer than this.
        group.maximumGracefulShutdownDuration = .seconds(12)
        let outcome = await Result { try await ServiceGroup(configuration: group).run() }
        notifier.stopping()
        await close()
        try outcome.get()
    }

    /// Before anybody asks: a question is compared with vectors of its own encoder only, here or yet to come.
    private func forgetOtherMeanings() async {
        do {
            try await catalog.useMeanings(ofEncoder: encoder.digest)
        } catch {
            // The indexer tries again; all else can be found.
            logger.warning("vectors of another encoder were not forgotten", metadata: ["error": "\(error)"])
        }
    }

    /// Runs the parts side by side. None of them ends by itself, but for the questions asked at the start.
    private func run(on listener: UnixListener, _ notifier: ServiceNotifier) async throws {
        let recorder = TreeRecorder(
            catalog: catalog, watcher: watcher, indexer: indexer, trouble: recording, onChange: ticker.noteChange,
            logger: logger)
        let server = HTTPServer(listener: listener, router: makeRouter(), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            func add(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
                group.addTask {
                    try await body()
                    if !Task.isCancelled { throw PartEnded(name: name) }
                }
            }
            add("recorder") { await recorder.run() }
            add("watcher") { try await watcher.run() }
            add("indexer") { await indexer.run() }
            add("status") { await tellStatus(notifier) }
            add("heartbeat") { await beat() }
            add("server") {
                notifier.ready()
                logger.notice("ready", metadata: ["socket": "\(paths.socket.text)"])
                try await server.run()
            }
            if let interval = notifier.watchdogInterval {
                add("watchdog") { await feedWatchdog(notifier, every: interval / 2) }
            }
            group.addTask { await lookAtWorker() }
            group.addTask { await watchEngine() }
            group.addTask { await renewSearchText() }
            group.addTask { try? await catalog.loadMeanings() }
            defer { group.cancelAll() }
            for try await _ in group {}
        }
    }

    /// Asks one worker what it can do, so that `doctor` need not wait for a file.
    private func lookAtWorker() async {
        _ = try? await workers.readiness()
        await useFirstLook()
    }

    /// Has every picture looked at again where small models have come that it was not looked at with.
    func useFirstLook() async {
        if let digest = desk.modelDigest {
            do {
                _ = try await catalog.queueWords(forModels: digest)
            } catch {
                logger.warning("pictures were not queued for the small models", metadata: ["error": "\(error)"])
            }
            indexer.wake()
        }
        ticker.noteChange()
    }

    /// After an upgrade, what was indexed before is found in the new ways too.
    private func renewSearchText() async {
        var isToldOf = false
        while !Task.isCancelled {
            do {
                guard try await catalog.renewSearchText() else { return }
            } catch {
                if !isToldOf { logger.warning("the search's text waits", metadata: ["error": "\(error)"]) }
                isToldOf = true
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }

    private func close() async {
        hub.finish()
        await desk.stop()
        await encoder.stop()
        await seat.stop()
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

    /// Sends whoever listens a status now and then, though nothing changed: a silent stream looks like a dead one.
    private func beat() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(25))
            if hub.hasListeners { ticker.noteChange() }
        }
    }

    /// What the last files needed goes back to the system.
    private func releaseMemory() {
        catalog.releaseMemory()
        platform_trim_memory()
        platform_release_code_pages()
    }

    /// Feeds the watchdog while there is progress: the catalog answers, and no job has hung past every deadline.
    private func feedWatchdog(_ notifier: ServiceNotifier, every interval: Duration) async {
        while !Task.isCancelled {
            if await isMakingProgress() { notifier.watchdog() }
            try? await Task.sleep(for: interval)
        }
    }
}

/// The daemon's parts as the one service that signals stop.
private struct Parts: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown(body)
        } catch is CancellationError {
            // That is how the parts are told to stop.
        }
    }
}

/// A part that should run for as long as the daemon does has ended.
private struct PartEnded: Error, CustomStringConvertible {
    var name: String
    var description: String { "its \(name) has ended. That is a fault in tintyped; please report it." }
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
