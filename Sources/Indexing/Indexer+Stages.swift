import Logging
import MediaTypes

extension Indexer {
    /// Does a job's work; what it returns stores the result.
    func result(of job: IndexingJob) async throws(JobFailure) -> @Sendable () async throws -> Void {
        let store = store
        switch job.stage {
        case .identity:
            let (hash, identity) = try await hasher.hash(job.path)
            return { try await store.recordIdentity(job, hash: hash, identity: identity) }
        case .facts:
            let reading = try await media.facts(of: job.path, identity: job.identity)
            keep(reading.thumbnails, of: job.path)
            return { try await store.recordFacts(job, facts: reading.facts) }
        case .words:
            let reading = try await media.words(in: job.path, identity: job.identity)
            return { try await store.recordWords(job, reading) }
        case .description:
            return try await description(of: job)
        }
    }

    private func description(of job: IndexingJob) async throws(JobFailure) -> @Sendable () async throws -> Void {
        guard let facts = job.facts, describer.isSetUp else {
            throw JobFailure(code: "engine-none", message: "No engine is set up to describe it.", cause: .service)
        }
        let pictures = try await media.pictures(
            of: job.path, identity: job.identity, order: describer.order(for: facts))
        let (descriptions, provenance) = try await describer.describe(pictures, of: facts)
        let store = store
        return { try await store.recordDescription(job, descriptions, provenance: provenance) }
    }

    /// A thumbnail that cannot be stored is no reason to fail the job: a file manager makes its own.
    private func keep(_ thumbnailList: [Thumbnail], of path: MediaPath) {
        for thumbnail in thumbnailList {
            do throws(ThumbnailCacheError) {
                try thumbnails.store(thumbnail, of: path)
            } catch {
                logger.warning("a thumbnail was not stored", metadata: ["error": "\(error)"])
            }
        }
    }
}
