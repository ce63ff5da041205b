public import Logging
import MediaTypes
import Synchronization

/// Works the queue down: leases jobs, has them done, stores what came of each. Three lanes that never wait for one
/// another: hashing, decoding, describing; and beside them vectors are made of what was said.
public final class Indexer: Sendable {
    let store: any JobStore
    let media: any MediaReading
    let describer: any PictureDescribing
    let encoder: any MeaningEncoding
    let thumbnails: ThumbnailCache
    let configuration: IndexingConfiguration
    let logger: Logger
    let hasher = ContentHasher()
    let retryPolicy = RetryPolicy()
    let wakeSignal = WakeSignal()
    /// Ends a lane's wait for its service: the person has mended something.
    let retrySignal = WakeSignal()
    let progress = Mutex(Progress())
    private let onEnd: @Sendable (JobEnding) -> Void

    /// What runs now and how fast things went.
    struct Progress {
        var running: [Int64: RunningJob] = [:]
        var rates = RateEstimator()
        var isPaused = false
        var trouble: [Lane: JobFailure] = [:]
        var encoderTrouble: JobFailure?
        var storeTrouble: (any Error)?
        /// Jobs whose end could not be stored: given back before the next lease.
        var unsettled: [IndexingJob] = []
    }

    /// An indexer over these. `onEnd` hears of every job's end, on the lane's own task: it must return quickly.
    public init(
        store: any JobStore, media: any MediaReading, describer: any PictureDescribing,
        encoder: any MeaningEncoding, thumbnails: ThumbnailCache, configuration: IndexingConfiguration,
        logger: Logger, onEnd: @escaping @Sendable (JobEnding) -> Void
    ) {
        self.store = store
        self.media = media
        self.describer = describer
        self.encoder = encoder
        self.thumbnails = thumbnails
        self.configuration = configuration
        self.logger = logger
        self.onEnd = onEnd
    }

    /// Works until the task is cancelled. Jobs in hand are then left undone: whoever ends the
    /// daemon has the store take all leases back.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            for lane in Lane.allCases {
                for _ in 0..<lane.concurrency(configuration) {
                    group.addTask { await self.work(lane) }
                }
            }
            group.addTask { await self.makeMeanings() }
        }
    }

    /// Tells the lanes that the queue may hold something new.
    public func wake() { wakeSignal.signal() }

    /// Tells the lanes to try again at once what they wait for: the person asks.
    public func retryNow() {
        retrySignal.signal()
        wake()
    }

    /// Stops leasing jobs, or goes on; jobs in hand are finished.
    public func setPaused(_ isPaused: Bool) {
        progress.withLock { $0.isPaused = isPaused }
        retryNow()
    }

    private func work(_ lane: Lane) async {
        var backoff = ServiceBackoff()
        while !Task.isCancelled {
            let generation = wakeSignal.generation
            let jobs = await lease(lane)
            if jobs.isEmpty {
                await waitForWork(lane, after: generation)
                continue
            }
            for (index, job) in jobs.enumerated() where !Task.isCancelled {
                guard let failure = await perform(job, in: lane), failure.cause == .service else {
                    backoff.succeeded()
                    progress.withLock { $0.trouble[lane] = nil }
                    continue
                }
                await giveBack(jobs[(index + 1)...])
                await serviceFailed(failure, in: lane, backoff: &backoff)
                break
            }
        }
    }

    private func lease(_ lane: Lane) async -> [IndexingJob] {
        guard !progress.withLock({ $0.isPaused }) else { return [] }
        do {
            try await giveBackUnsettled()
            let stages = lane.stages(canReadWords: media.canReadWords, canDescribe: describer.isSetUp)
            guard !stages.isEmpty else { return [] }
            let jobs = try await store.leaseJobs(stages: stages, limit: lane.batch)
            progress.withLock { $0.storeTrouble = nil }
            // What is small need not wait behind what is large.
            return jobs.sorted { lane == .identity && $0.identity.byteCount < $1.identity.byteCount }
        } catch {
            await storeRefused(error)
            return []
        }
    }

    private func giveBackUnsettled() async throws {
        while let job = progress.withLock({ $0.unsettled.last }) {
            try await store.returnJob(job, notBefore: 0)
            progress.withLock { $0.unsettled.removeAll { $0.id == job.id } }
        }
    }

    /// Notes that the store refused, and gives it a moment.
    func storeRefused(_ error: any Error) async {
        if Task.isCancelled { return }
        let isNews = progress.withLock { progress in
            defer { progress.storeTrouble = error }
            return progress.storeTrouble == nil
        }
        if isNews { logger.error("the library refuses", metadata: ["error": "\(error)"]) }
        try? await Task.sleep(for: .seconds(2))
    }

    /// Sleeps until a signal, or until the next waiting job falls due.
    private func waitForWork(_ lane: Lane, after generation: Int) async {
        let isPaused = progress.withLock { $0.isPaused }
        do {
            let stages = lane.stages(canReadWords: media.canReadWords, canDescribe: describer.isSetUp)
            guard !isPaused, !stages.isEmpty, let due = try await store.nextDueTime(stages: stages) else {
                return await wakeSignal.wait(after: generation)
            }
            await wakeSignal.wait(after: generation, atMost: .seconds(max(0.05, due - wallClock())))
        } catch {
            await storeRefused(error)
        }
    }

    private func giveBack(_ jobs: ArraySlice<IndexingJob>) async {
        for job in jobs { _ = await settle(job) { try await self.store.returnJob(job, notBefore: 0) } }
    }

    private func serviceFailed(_ failure: JobFailure, in lane: Lane, backoff: inout ServiceBackoff) async {
        let isNews = progress.withLock { progress in
            defer { progress.trouble[lane] = failure }
            return progress.trouble[lane] == nil
        }
        let generation = retrySignal.generation
        let delay = backoff.failed()
        if isNews {
            logger.warning("a lane waits for its service", metadata: ["lane": "\(lane)", "code": "\(failure.code)"])
        }
        await retrySignal.wait(after: generation, atMost: delay)
    }

    /// Does one job and stores what came of it.
    ///
    /// - Returns: the failure, where there was one.
    private func perform(_ job: IndexingJob, in lane: Lane) async -> JobFailure? {
        progress.withLock { $0.running[job.id] = RunningJob(job, since: wallClock(), steadySince: steadyClock()) }
        let failure = await attempt(job)
        let now = steadyClock()
        progress.withLock { progress in
            progress.running[job.id] = nil
            if failure == nil || failure?.cause == .file { progress.rates.jobEnded(job.stage, at: now) }
        }
        onEnd(JobEnding(path: job.path, stage: job.stage, failure: failure))
        // What one lane ends is what the next begins.
        if failure == nil { wake() }
        return failure
    }

    private func attempt(_ job: IndexingJob) async -> JobFailure? {
        do throws(JobFailure) {
            let record = try await result(of: job)
            return await settle(job, record)
        } catch {
            // Stopping fails whatever is in hand; that says nothing about the file.
            if Task.isCancelled { return nil }
            logger.debug("a job failed", metadata: ["path": "\(job.path.text)", "code": "\(error.code)"])
            return await settle(job) { try await self.record(error, of: job) } ?? error
        }
    }

    private func record(_ failure: JobFailure, of job: IndexingJob) async throws {
        switch retryPolicy.verdict(on: failure, attempts: job.attempts) {
        case .giveUp: try await store.failJob(job, failure, retryAt: nil)
        case .retry(let delay): try await store.failJob(job, failure, retryAt: wallClock() + delay.seconds)
        case .putBack(let delay): try await store.returnJob(job, notBefore: wallClock() + delay.seconds)
        case .recheck(let delay): try await store.recheckFile(of: job, notBefore: wallClock() + delay.seconds)
        }
    }

    /// Stores a job's end. Where the store refuses (disk full, locked) the job is given back before the next lease.
    ///
    /// - Returns: why it was not stored, as a failure of no file's.
    private func settle(_ job: IndexingJob, _ store: @Sendable () async throws -> Void) async -> JobFailure? {
        do {
            try await store()
            return nil
        } catch {
            if Task.isCancelled { return nil }
            progress.withLock { $0.unsettled.append(job) }
            await storeRefused(error)
            return JobFailure(code: "library-refuses", message: "The result could not be stored.", cause: .service)
        }
    }
}
