import DaemonAPI
import MediaTypes

/// How the queue looks to a person.
struct StatusLayout {
    /// Bold and colours.
    var paint: Paint
    /// The width to fit into.
    var columns: Int?
    /// Now, in seconds since 1970.
    var now: Double

    /// The report's lines.
    func lines(for report: StatusReport) -> [String] {
        var lines = [
            row("library", "\(Words.count(report.files, "file")), \(Words.count(report.assets, "distinct content"))"),
            row("queue", queue(report)),
        ]
        lines += report.running.map { row("working", working($0)) }
        if let pace = pace(report) { lines.append(row("pace", pace)) }
        if report.failed > 0 {
            lines.append(row("failed", "\(Words.grouped(report.failed))  " + paint.dim("`tintype failed` says why")))
        }
        lines.append(row("engine", engine(report)))
        return lines + report.problems.flatMap(problem)
    }

    private func row(_ name: String, _ text: String) -> String {
        paint.bold(DisplayWidth.padded(name, columns: 9)) + " " + text
    }

    private func queue(_ report: StatusReport) -> String {
        let queued = report.queued
        let waiting = [("facts", queued.facts), ("words", queued.words), ("description", queued.description)]
            .filter { $0.1 > 0 }.map { "\(Words.grouped($0.1)) for \($0.0)" }
        let text = waiting.isEmpty ? "empty" : waiting.joined(separator: ", ")
        return report.paused ? text + "  " + paint.yellow("paused, `tintype resume` goes on") : text
    }

    private func working(_ job: RunningJob) -> String {
        let since = Words.duration(seconds: max(0, now - job.since.secondsSince1970))
        let text = "\(job.stage.rawValue)  \(since)  \(SafeText.name(job.path))"
        return columns.map { DisplayWidth.cut(text, columns: max(20, $0 - 10)) } ?? text
    }

    private func pace(_ report: StatusReport) -> String? {
        let queued = report.queued
        // What waits for an engine that is not there has no pace.
        let waiting = queued.facts + queued.words + (report.engine.state == .none ? 0 : queued.description)
        guard waiting > 0, !report.paused else { return nil }
        let rate = "\(Words.decimal(report.ratePerMinute)) a minute"
        guard let seconds = report.etaSeconds else { return rate + ", time to go unknown" }
        return rate + ", about \(Words.duration(seconds: seconds)) to go"
    }

    private func engine(_ report: StatusReport) -> String {
        let model = report.engine.model.map { " (\(SafeText.line($0)))" } ?? ""
        let waiting = report.undescribed > 0 ? ", \(Words.grouped(report.undescribed)) undescribed" : ""
        switch report.engine.state {
        case .none: return paint.yellow("no model is here") + waiting
        case .idle: return "idle" + model + waiting
        case .ready: return paint.green("ready") + model + waiting
        case .unavailable: return paint.red("unavailable") + model + waiting
        }
    }

    private func problem(_ problem: Problem) -> [String] {
        ["", paint.yellow("! ") + SafeText.line(problem.message)]
            + (problem.remedy.map { ["  " + SafeText.line($0)] } ?? [])
    }
}
