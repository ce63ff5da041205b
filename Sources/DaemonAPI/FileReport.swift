public import MediaTypes

/// `GET /v1/files?path=` and `GET /v1/assets/{id}`: everything known; `show --json` prints exactly this.
public struct FileReport: Reply {
    /// The content's number; `null`: not known yet.
    @Nullable public var asset: Int64?
    /// The SHA-256 of the content in hexadecimal.
    @Nullable public var contentHash: String?
    /// Every file with this content, the one asked for first.
    public var files: [KnownFile] = []
    /// What the bytes say; `null`: not read yet.
    @Nullable public var facts: FactsReport?
    /// What was said of it, newest last.
    public var descriptions: [DescriptionReport] = []
    /// What still waits, runs or has failed.
    public var jobs: [JobReport] = []
    /// Why it is not indexed, or not wholly, as a sentence with its remedy; `null`: it is.
    @Nullable public var whyNot: String?
    /// Files not yet described.
    public var pending: Int

    /// A report of nothing yet.
    public init(pending: Int) { self.pending = pending }

    private enum CodingKeys: String, CodingKey {
        case asset
        case contentHash = "content_hash"
        case files, facts, descriptions, jobs
        case whyNot = "why_not"
        case pending
    }
}

/// A file on disk, as it was when it was last seen.
public struct KnownFile: Codable, Hashable, Sendable, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// The file's number; `null`: the library does not hold it.
    @Nullable public var file: Int64?
    /// Its size in bytes.
    public var byteCount: Int64
    /// When it was last changed.
    public var modifiedAt: WireTime

    /// A file of these parts.
    public init(path: MediaPath, file: Int64?, byteCount: Int64, modifiedAt: WireTime) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.file = file
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case file
        case byteCount = "byte_count"
        case modifiedAt = "modified_at"
    }
}

/// Something that was said of a content, and who said it.
public struct DescriptionReport: Codable, Hashable, Sendable {
    /// What is said: `caption`, `ocr`, `tag`, `title`.
    public var field: Description.Field
    /// The words.
    public var text: String
    /// 0…1; `null`: the source gives none.
    @Nullable public var confidence: Double?
    /// The language, where known.
    @Nullable public var language: String?
    /// Who says it: `first-look`, `engine`, `user`.
    public var source: Description.Source
    /// The program.
    @Nullable public var engine: String?
    /// The model's name.
    @Nullable public var model: String?
    /// A digest of the weights.
    @Nullable public var modelDigest: String?
    /// A digest of the prompt.
    @Nullable public var promptDigest: String?
    /// The settings as one line of JSON.
    @Nullable public var settings: String?
    /// The sampler's seed.
    @Nullable public var seed: Int?
    /// Seconds inside a video: `[start, end]`.
    @Nullable public var span: [Double]?
    /// When it was said.
    public var createdAt: WireTime

    /// A report of these words by this source.
    public init(_ description: Description, provenance: Provenance, createdAt: WireTime) {
        field = description.field
        text = description.text
        confidence = description.confidence
        language = description.language
        span = description.span.map { [$0.lowerBound, $0.upperBound] }
        source = provenance.source
        engine = provenance.engine
        model = provenance.model
        modelDigest = provenance.modelDigest
        promptDigest = provenance.promptDigest
        settings = provenance.settings
        seed = provenance.seed
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case field, text, confidence, language, source, engine, model
        case modelDigest = "model_digest"
        case promptDigest = "prompt_digest"
        case settings, seed, span
        case createdAt = "created_at"
    }
}

/// A job that waits, runs or has failed.
public struct JobReport: Codable, Hashable, Sendable {
    /// Where a job stands.
    public enum State: String, Codable, Hashable, Sendable { case waiting, running, failed }

    /// What is to be done.
    public var stage: JobStage
    /// Where it stands.
    public var state: State
    /// How many times it was started.
    public var attempts: Int
    /// It is not started before this; `null`: it may start at once.
    @Nullable public var notBefore: WireTime?
    /// Why it failed last, for programs.
    @Nullable public var code: String?
    /// Why it failed last, for people.
    @Nullable public var message: String?
    /// When it failed last.
    @Nullable public var at: WireTime?

    /// A job of this stage; the caller fills in the rest.
    public init(stage: JobStage, state: State, attempts: Int) {
        self.stage = stage
        self.state = state
        self.attempts = attempts
    }

    private enum CodingKeys: String, CodingKey {
        case stage, state, attempts
        case notBefore = "not_before"
        case code, message, at
    }
}
