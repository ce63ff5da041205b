public import MediaTypes

/// `GET /v1/status`: the library and its queue, honestly.
public struct StatusReport: Reply {
    /// Files that are known.
    public var files = 0
    /// Distinct contents among them.
    public var assets = 0
    /// What waits, by what it will be searchable by.
    public var queued = Queued()
    /// What is being worked on.
    public var running: [RunningJob] = []
    /// Jobs that failed and will not be tried again by themselves.
    public var failed = 0
    /// Contents without a description.
    public var undescribed = 0
    /// Jobs done a minute, over the last minutes.
    public var ratePerMinute = 0.0
    /// Seconds until the queue is empty at this rate; `null` where unknown.
    @Nullable public var etaSeconds: Double?
    /// The engine that describes.
    public var engine = EngineReport(state: .none)
    /// What a person should know or mend.
    public var problems: [Problem] = []
    /// Files not yet described.
    public var pending = 0
    /// Whether the queue is halted by `pause`.
    public var paused = false
    /// The daemon's version.
    public var version = ""
    /// The daemon's process.
    public var pid = 0
    /// What the watcher uses; absent before it runs.
    public var watching: WatchReport?

    /// An empty library's status; the caller fills in the rest.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case files, assets, queued, running, failed, undescribed
        case ratePerMinute = "rate_per_minute"
        case etaSeconds = "eta_seconds"
        case engine, problems, pending, paused, version, pid, watching
    }

    /// The number of waiting jobs.
    public struct Queued: Codable, Hashable, Sendable {
        /// Files whose content or facts are not known yet (the stages `identity` and `facts`).
        public var facts: Int
        /// Contents whose words are not read yet.
        public var words: Int
        /// Contents that wait for the engine.
        public var description: Int

        /// Counts of these numbers.
        public init(facts: Int = 0, words: Int = 0, description: Int = 0) {
            self.facts = facts
            self.words = words
            self.description = description
        }
    }
}

/// A job that is being worked on.
public struct RunningJob: Codable, Hashable, Sendable, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// What is being done.
    public var stage: JobStage
    /// Since when.
    public var since: WireTime

    /// A job of these parts.
    public init(path: MediaPath, stage: JobStage, since: WireTime) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.stage = stage
        self.since = since
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case stage, since
    }
}

/// The engine, as the daemon last saw it.
public struct EngineReport: Codable, Hashable, Sendable {
    /// What the engine is up to.
    public enum State: String, Codable, Hashable, Sendable {
        /// None is configured.
        case none
        /// It is not running, or not needed now.
        case idle
        /// It answers.
        case ready
        /// It is configured and does not answer.
        case unavailable
    }

    /// What the engine is up to.
    public var state: State
    /// The model's name, where known.
    @Nullable public var model: String?

    /// An engine in this state.
    public init(state: State, model: String? = nil) {
        self.state = state
        self.model = model
    }
}

/// What the watcher uses of what the kernel grants.
public struct WatchReport: Codable, Hashable, Sendable {
    /// Directories that are watched.
    public var watches: Int
    /// The kernel's limit on watches a user; `null` where it cannot be read.
    @Nullable public var limit: Int?
    /// How often the kernel's event queue ran over since the daemon started.
    public var overflows: Int

    /// A report of these numbers.
    public init(watches: Int, limit: Int?, overflows: Int) {
        self.watches = watches
        self.limit = limit
        self.overflows = overflows
    }
}
