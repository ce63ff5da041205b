import Catalog
import DaemonAPI
import FileWatching
import Glibc
import Indexing
import MediaTypes

extension Daemon {
    /// The queue, honestly.
    func status() async throws -> StatusReport {
        let counts = try await catalog.counts()
        let queued = [
            JobStage.facts: counts.queuedFacts, .words: counts.queuedWords, .description: counts.queuedDescription,
        ]
        let pace = indexer.pace(queued: queued)
        let health = watcher.health
        var report = StatusReport()
        report.files = counts.files
        report.assets = counts.assets
        let running = indexer.running
        // A job that is leased and not yet begun is still queued: between the two nothing must look finished.
        func notBegun(_ stages: JobStage...) -> Int {
            stages.reduce(0) { sum, stage in
                sum + max(0, counts.leased[stage, default: 0] - running.count { $0.stage == stage })
            }
        }
        report.queued = .init(
            facts: counts.queuedFacts + notBegun(.identity, .facts), words: counts.queuedWords + notBegun(.words),
            description: counts.queuedDescription + notBegun(.description))
        report.running = running.map { job in
            DaemonAPI.RunningJob(path: job.path, stage: job.stage, since: WireTime(job.since))
        }
        report.failed = counts.failed
        report.undescribed = counts.undescribed
        report.ratePerMinute = (pace.filesPerMinute * 10).rounded() / 10
        report.etaSeconds = indexer.isPaused ? nil : pace.secondsLeft.map { $0.rounded() }
        report.engine = engineReport()
        report.problems = problems(health)
        report.pending = counts.undescribed
        report.paused = indexer.isPaused
        report.version = TintypeVersion.current
        report.pid = Int(getpid())
        report.watching = WatchReport(watches: health.watches, limit: health.watchLimit, overflows: health.overflows)
        hub.lastPending = counts.undescribed
        return report
    }

    /// How many files are not yet described: a part of every reply.
    func pending() async throws -> Int {
        let pending = try await catalog.pending()
        hub.lastPending = pending
        return pending
    }

    /// Whether work goes on: the catalog answers, and no job has run far past its deadline.
    func isMakingProgress() async -> Bool {
        guard !indexer.hasHung else { return false }
        return (try? await catalog.isPaused()) != nil
    }
}

extension StatusReport {
    /// Whether nothing is left that could be done now: descriptions may wait for an engine.
    var isAtRest: Bool {
        running.isEmpty && queued.facts + queued.words == 0 && (queued.description == 0 || engine.state == .none)
    }

    /// One line for `systemctl status`.
    var line: String {
        let waiting = queued.facts + queued.words
        let queue = waiting == 0 ? "all read" : "\(waiting) to read"
        return "\(files) files, \(queue), \(undescribed) not described\(paused ? ", paused" : "")"
    }
}
