import DaemonAPI

/// How a hit looks to a person: the path with its date, and a line of what was found in it.
struct HitLayout {
    /// Bold and colours.
    var paint: Paint
    /// The width to fit into; `nil`: lines may be as long as they are.
    var columns: Int?

    private static let indent = "    "
    private static let longestLine = 240

    /// The hit's lines.
    func lines(for hit: SearchHit) -> [String] {
        var heading = paint.bold(SafeText.name(hit.path))
        let facts = [hit.takenAt.map(Words.taken), hit.at.map { "at " + Words.position(seconds: $0) }]
        let known = facts.compactMap { $0 }.joined(separator: "  ")
        if !known.isEmpty { heading += "  " + paint.dim(SafeText.line(known)) }
        guard let text = excerpt(of: hit) else { return [heading] }
        return [heading, Self.indent + text]
    }

    /// The snippet with its matches bold, else what is said of the picture.
    private func excerpt(of hit: SearchHit) -> String? {
        let limit = columns.map { max(20, $0 - Self.indent.count) } ?? Self.longestLine
        // A hit by its name needs no second line that says the name again.
        if let snippet = hit.snippet, !snippet.isEmpty, hit.matched != ["name"] {
            return marked(snippet, hit.marks, columns: limit)
        }
        let tags = hit.tags.isEmpty ? nil : hit.tags.joined(separator: ", ")
        return (hit.caption ?? tags ?? hit.ocr).map { DisplayWidth.cut(SafeText.line($0), columns: limit) }
    }

    private func marked(_ snippet: String, _ marks: [[Int]], columns limit: Int) -> String {
        let scalars = Array(snippet.unicodeScalars)
        var text = ""
        var width = 0
        var position = 0
        func append(upTo end: Int, bold: Bool) {
            guard end > position, width < limit else { return }
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[position..<end])
            let fitting = DisplayWidth.cut(SafeText.line(String(piece)), columns: limit - width)
            text += bold ? paint.bold(fitting) : fitting
            width += DisplayWidth.columns(of: fitting)
            position = end
        }
        for mark in marks where mark.count == 2 && mark[0] >= position && mark[1] <= scalars.count && mark[0] < mark[1]
        {
            append(upTo: mark[0], bold: false)
            append(upTo: mark[1], bold: true)
        }
        append(upTo: scalars.count, bold: false)
        return text
    }
}
