import Catalog
import DaemonAPI
import Describing
import FileWatching
import Foundation
import HTTPServing
import Indexing
import Logging
import MediaTypes
import MediaWorker
import ModelStore

/// The parts of a running daemon, wired together: what routes and services reach for.
struct Daemon: Sendable {
    let paths: RuntimePaths
    let configuration: Configuration
    let catalog: MediaCatalog
    let watcher: FileWatcher
    let desk: MediaDesk
    let encoder: EncoderDesk
    let seat: EngineSeat
    let engineWatch = EngineWatch()
    let recording = StoreTrouble()
    let rootChanges = RootChanges()
    let indexer: Indexer
    let thumbnails: ThumbnailCache
    let hub: EventHub
    let ticker: StatusTicker
    let logger: Logger

    /// The workers that decode.
    var workers: MediaWorkerPool { desk.workers }

    /// Opens everything, serves until told to stop, and closes everything.
    static func run() async throws {
        let logger = Logger(label: "tintyped")
        let paths = try RuntimePaths.current()
        let configuration = try ConfigurationFile.read(paths.configFile)
        for directory in [paths.dataDirectory, paths.stateDirectory, paths.cacheThumbnails] {
            try RuntimePaths.makeDirectories(directory)
        }
        try paths.prepareRuntimeDirectory()
        let inherited = SystemdSocket.inherited()
        guard let lock = try InstanceLock(directory: paths.dataDirectory) else {
            guard inherited == nil else {
                // systemd would go on handing us clients that the other daemon never sees.
                throw StartError(
                    message: "Another tintyped works on \(paths.dataDirectory.text), outside systemd.",
                    remedy: "Stop it with `pkill -x tintyped`; systemd then starts its own.")
            }
            throw AnotherInstance()
        }
        let listener = try inherited ?? UnixListener.bind(path: paths.socket.bytes)
        let daemon = try Daemon(paths: paths, configuration: configuration, logger: logger)
        try await daemon.serve(on: listener)
        withExtendedLifetime(lock) {}
    }

    private init(paths: RuntimePaths, configuration: Configuration, logger: Logger) throws {
        self.paths = paths
        self.configuration = configuration
        self.logger = logger
        catalog = try MediaCatalog(path: paths.databaseFile.text)
        var watching = WatchConfiguration()
        watching.excluded = configuration.exclusions
        watcher = try FileWatcher(configuration: watching)
        let working = try Self.workerConfiguration(configuration, logger: logger)
        let desk = MediaDesk(working, models: ModelStore(directory: paths.modelsDirectory.text))
        self.desk = desk
        let encoder = EncoderDesk(working, models: ModelStore(directory: paths.modelsDirectory.text))
        self.encoder = encoder
        let seat = EngineSeat(
            remote: try configuration.engine.map { try EngineClient(EngineConfiguration($0)) },
            models: ModelStore(directory: paths.modelsDirectory.text),
            process: LocalEngineProcess(try Self.engineSettings(configuration, paths)))
        self.seat = seat
        thumbnails = ThumbnailCache(directory: paths.cacheThumbnails)
        let hub = EventHub()
        let ticker = StatusTicker()
        self.hub = hub
        self.ticker = ticker
        var indexing = IndexingConfiguration()
        indexing.mediaConcurrency = working.workerCount
        // Our own engine writes several descriptions at once, and the next pictures are decoded meanwhile.
        indexing.descriptionConcurrency = configuration.engine?.concurrency ?? 3
        indexer = Indexer(
            store: catalog, media: desk, describer: seat, encoder: encoder, thumbnails: thumbnails,
            configuration: indexing, logger: logger
        ) { ending in
            if ending.failure == nil {
                hub.send(.indexed(IndexedEvent(path: ending.path, stage: ending.stage, pending: hub.lastPending)))
            }
            ticker.noteChange()
        }
    }

    /// A program beside the daemon, so that an upgrade replaces both.
    private static func program(_ name: String) throws -> String {
        guard
            let directory = try MediaPath(FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))?
                .parent
        else { throw StartError(message: "The daemon cannot tell where its own program lies.", remedy: "Mount /proc.") }
        return directory.appending(FileName(name)).text
    }

    private static func engineSettings(
        _ configuration: Configuration, _ paths: RuntimePaths
    ) throws -> LocalEngineProcess.Settings {
        LocalEngineProcess.Settings(
            program: try program("tintype-engine"), runtimeDirectory: paths.runtimeDirectory.text,
            log: paths.stateDirectory.appending(FileName("engine.log")).text,
            idleMinutes: configuration.localEngine.idleMinutes, threads: configuration.localEngine.threads)
    }

    private static func workerConfiguration(
        _ configuration: Configuration, logger: Logger
    ) throws -> MediaWorkerConfiguration {
        var workers = MediaWorkerConfiguration(
            program: try program("tintype-media"),
            settings: WorkerSettings(languages: configuration.wordLanguages ?? []))
        workers.onEvent = { event in
            switch event {
            case .started(let process, _): logger.debug("worker started", metadata: ["pid": "\(process)"])
            case .retired(let process): logger.debug("worker ended", metadata: ["pid": "\(process)"])
            case .failed(let process, let path, let reason):
                logger.warning("a worker failed", metadata: ["pid": "\(process)", "reason": "\(reason)"])
                if let path { logger.debug("a worker failed on", metadata: ["path": "\(path)"]) }
            case .unavailable(let reason): logger.warning("no worker starts", metadata: ["reason": "\(reason)"])
            }
        }
        return workers
    }
}
