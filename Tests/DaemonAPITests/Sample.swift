import DaemonAPI
import MediaTypes
import Testing

/// Values that several tests look at.
enum Sample {
    static func path(_ text: String) throws -> MediaPath { try #require(MediaPath(text)) }

    static func hit() throws -> SearchHit {
        var hit = SearchHit(path: try path("/p/a.mp4"), file: 7, asset: 3)
        hit.kind = .video
        hit.isScreenshot = true
        hit.takenAt = "2024-06-01T12:00:00+02:00"
        hit.caption = "A cake"
        hit.ocr = "Happy"
        hit.tags = ["cake", "mine"]
        hit.matched = ["caption"]
        hit.setSnippet(markedUp: "A <cake>", open: "<", close: ">")
        hit.score = 1.5
        hit.at = 12.5
        return hit
    }

    static func status() throws -> StatusReport {
        var status = StatusReport()
        status.files = 1204
        status.assets = 1180
        status.queued = .init(facts: 0, words: 12, description: 160)
        status.running = [
            RunningJob(path: try path("/p/a.jpg"), stage: .words, since: WireTime(1_748_779_200.25))
        ]
        status.failed = 3
        status.undescribed = 160
        status.ratePerMinute = 85.26
        status.etaSeconds = 125
        status.engine = EngineReport(state: .unavailable, model: "minicpm-v")
        status.problems = [Problem(code: "engine-unavailable", message: "It does not answer.", remedy: "Start it.")]
        status.pending = 160
        status.version = TintypeVersion.current
        status.watching = WatchReport(watches: 12, limit: 8192, overflows: 1)
        return status
    }

    static func fileReport() throws -> FileReport {
        var report = FileReport(pending: 1)
        report.asset = 3
        report.contentHash = "ab"
        report.files = [
            KnownFile(path: try path("/p/a.jpg"), file: 7, byteCount: 2_400_000, modifiedAt: WireTime(1_748_779_200))
        ]
        var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 4000, height: 3000))
        facts.takenAt = CaptureTime(year: 2024, month: 6, day: 1, hour: 12, source: .exif)
        facts.camera.model = "EOS 5D"
        facts.camera.exposureTime = 0.008
        facts.location = GeoLocation(latitude: 48.5, longitude: 9.0625)
        report.facts = FactsReport(facts)
        let description = Description(field: .caption, text: "A \u{1B}[31mcake", confidence: 0.5, span: 1...2)
        var provenance = Provenance(source: .engine)
        provenance.model = "minicpm-v"
        report.descriptions = [
            DescriptionReport(description, provenance: provenance, createdAt: WireTime(1_748_779_200))
        ]
        var job = JobReport(stage: .words, state: .waiting, attempts: 1)
        job.message = "It timed out."
        report.jobs = [job]
        report.whyNot = "Its words are not read yet."
        return report
    }
}
