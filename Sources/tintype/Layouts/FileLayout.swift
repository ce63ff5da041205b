import DaemonAPI
import MediaTypes

/// How everything known of a file looks to a person.
struct FileLayout {
    /// Bold and colours.
    var paint: Paint

    /// The report's lines, on the file at this path.
    func lines(for report: FileReport, at path: MediaPath) -> [String] {
        var lines = report.files.enumerated().map { index, file in
            let name = SafeText.name(file.path)
            return index == 0 ? paint.bold(name) : row("same as", name)
        }
        if lines.isEmpty { lines.append(paint.bold(SafeText.name(path.text))) }
        if let file = report.files.first {
            let changed = Words.localTime(secondsSince1970: file.modifiedAt.secondsSince1970)
            lines.append(row("file", "\(Words.size(bytes: file.byteCount)), changed \(changed)"))
        }
        if let facts = report.facts { lines += self.facts(facts) }
        lines += said(report.descriptions)
        lines += report.jobs.map { row("to do", job($0)) }
        if let reason = report.whyNot { lines.append(row("why not", paint.yellow(SafeText.line(reason)))) }
        return lines
    }

    private func row(_ name: String, _ text: String) -> String {
        paint.dim(DisplayWidth.padded(name, columns: 9)) + " " + text
    }

    private func facts(_ facts: FactsReport) -> [String] {
        var picture = "\(facts.format) \(facts.kind.rawValue), \(facts.width) × \(facts.height)"
        if let duration = facts.duration { picture += ", " + Words.position(seconds: duration) }
        if facts.isScreenshot { picture += ", screenshot" }
        let rows: [(String, String?)] = [
            ("picture", picture),
            (
                "taken",
                facts.takenAt.map { time in
                    Words.taken(time) + (facts.takenSource.map { " (by its \(source($0)))" } ?? "")
                }
            ),
            ("camera", camera(facts)), ("place", place(facts)), ("damage", facts.damage),
        ]
        return rows.compactMap { name, text in text.map { row(name, SafeText.line($0)) } }
    }

    private func source(_ source: CaptureTime.Source) -> String {
        switch source {
        case .exif: "EXIF"
        case .container: "container"
        case .name: "name"
        case .modified: "modification time"
        }
    }

    private func camera(_ facts: FactsReport) -> String? {
        var parts = [facts.cameraModel ?? facts.cameraMake, facts.lens].compactMap { $0 }
        if let time = facts.exposureTime, time > 0 {
            parts.append(time < 0.3 ? "1/\(Words.decimal(1 / time, places: 0)) s" : "\(Words.decimal(time)) s")
        }
        if let number = facts.fNumber { parts.append("f/\(Words.decimal(number))") }
        if let iso = facts.iso { parts.append("ISO \(iso)") }
        if let length = facts.focalLength { parts.append("\(Words.decimal(length)) mm") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func place(_ facts: FactsReport) -> String? {
        guard let latitude = facts.latitude, let longitude = facts.longitude else { return nil }
        let height = facts.altitude.map { ", \(Words.decimal($0, places: 0)) m" } ?? ""
        return "\(Words.decimal(latitude, places: 6)), \(Words.decimal(longitude, places: 6))" + height
    }

    /// One paragraph a source and field; tags of one source share a line.
    private func said(_ descriptions: [DescriptionReport]) -> [String] {
        var lines: [String] = []
        for description in descriptions where description.field != .tag {
            let words = SafeText.block(description.text).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in words.enumerated() {
                lines.append(row(index == 0 ? description.field.rawValue : "", String(line)))
            }
            lines.append(row("", paint.dim("by " + SafeText.line(author(description)))))
        }
        for source in [Description.Source.user, .engine, .firstLook] {
            let tags = descriptions.filter { $0.field == .tag && $0.source == source }.map { SafeText.line($0.text) }
            guard !tags.isEmpty else { continue }
            let whose = source == .user ? "yours" : source.rawValue
            lines.append(row("tags", tags.joined(separator: ", ") + paint.dim("  \(whose)")))
        }
        return lines
    }

    private func author(_ description: DescriptionReport) -> String {
        let who = [description.model ?? description.engine, description.language].compactMap { $0 }
        let name = who.isEmpty ? description.source.rawValue : who.joined(separator: ", ")
        let when = Words.localTime(secondsSince1970: description.createdAt.secondsSince1970)
        let span = (description.span ?? []).map(Words.position).joined(separator: "–")
        return name + ", " + when + (span.isEmpty ? "" : ", at \(span)")
    }

    private func job(_ job: JobReport) -> String {
        var text = "\(job.stage.rawValue), \(job.state.rawValue)"
        if job.attempts > 0 { text += ", tried " + Words.count(job.attempts, "time") }
        if let message = job.message { text += ": " + SafeText.line(message) }
        return text
    }
}
