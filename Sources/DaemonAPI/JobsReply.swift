public import MediaTypes

/// `GET /v1/jobs?state=failed`: what could not be read, and why.
public struct FailedJobsReply: Reply {
    /// The jobs that failed, newest first.
    public var failed: [FailedJob]
    /// Files not yet described.
    public var pending: Int

    /// A reply of these jobs.
    public init(failed: [FailedJob], pending: Int) {
        self.failed = failed
        self.pending = pending
    }
}

/// A job that failed; `failed --json` prints exactly this.
public struct FailedJob: Codable, Hashable, Sendable, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// What was being done.
    public var stage: JobStage
    /// For programs: `damaged`, `unsupported`, `timed-out`, …
    public var code: String
    /// For people: what is wrong with the file.
    public var message: String
    /// How many times it was tried.
    public var attempts: Int
    /// When it failed last; `null` where that was not recorded.
    @Nullable public var at: WireTime?

    /// A job of these parts.
    public init(path: MediaPath, stage: JobStage, code: String, message: String, attempts: Int, at: WireTime?) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.stage = stage
        self.code = code
        self.message = message
        self.attempts = attempts
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case stage, code, message, attempts, at
    }
}

/// `POST /v1/jobs/retry`: try again what failed.
public struct RetryRequest: Codable, Hashable, Sendable {
    /// Only these files; absent: all that failed.
    public var paths: [WirePath]?

    /// A request for these files.
    public init(paths: [MediaPath]? = nil) { self.paths = paths?.map(WirePath.init) }

    private struct Key: CodingKey {
        static let paths = Key(stringValue: "paths")
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Refuses members of any other name: a misspelt one would have everything tried again.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        if let unknown = members.allKeys.first(where: { $0.stringValue != Key.paths.stringValue }) {
            throw DecodingError.dataCorruptedError(
                forKey: unknown, in: members, debugDescription: "only paths is known here")
        }
        paths = try members.decodeIfPresent([WirePath].self, forKey: .paths)
    }
}

/// `POST /v1/jobs/describe`: let the engine look again. One of the two members is given.
public struct DescribeRequest: Codable, Hashable, Sendable {
    /// These files.
    public var paths: [WirePath]?
    /// Every file that this query finds.
    public var `where`: String?

    /// A request for these files.
    public init(paths: [MediaPath]) { self.paths = paths.map(WirePath.init) }

    /// A request for what this query finds.
    public init(where query: String) { self.where = query }
}
