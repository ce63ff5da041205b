public import Catalog
public import Describing
import HTTPTransport
import Glibc
public import Indexing
public import MediaTypes
public import MediaWorker

extension MediaCatalog: JobStore {
    public func nextDueTime(stages: Set<JobStage>) async throws -> Double? { try await nextDue(stages: stages) }

    public func recordIdentity(_ job: IndexingJob, hash: ContentHash, identity: FileIdentity) async throws {
        var job = job
        if identity != job.identity {
            try await recordFile(job.path, identity: identity)
            job.identity = identity
        }
        try await recordIdentity(job, hash: hash)
    }

    public func recheckFile(of job: IndexingJob, notBefore: Double) async throws {
        var status = stat()
        if job.path.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG {
            let identity = FileIdentity(
                device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
                modifiedAt: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
            try await recordFile(job.path, identity: identity)
        }
        try await returnJob(job, notBefore: notBefore)
    }
}

extension MediaWorkerPool: MediaReading {}

extension EngineClient: PictureDescribing {}

extension EngineConfiguration {
    /// The engine that the person has set up.
    init(_ engine: Configuration.Engine) throws {
        self.init(endpoint: try .init(engine.url))
        model = engine.model
        key = engine.key.map(EngineKey.init)
        timeoutWithoutProgress = .seconds(engine.timeoutSeconds)
        concurrency = engine.concurrency
    }
}
