/// The words in a picture, as a model copied them.
enum WrittenText {
    /// In characters: more than a page in small print.
    static let limit = 16_000
    /// A line that comes more often in a row is the model's loop, not the picture's.
    private static let repetitionLimit = 3

    private static let nothing: Set<String> = [
        "", "...", "none", "null", "n/a", "no text", "no visible text", "no readable text", "empty",
    ]

    /// The lines that say something; `nil`: none does.
    static func clean(_ written: String) -> String? {
        var lines: [String] = []
        var repetitions = 0
        for line in PrintableText.clean(unescaped(written)).split(separator: "\n") {
            let line = PrintableText.onOneLine(String(line))
            if line.isEmpty { continue }
            repetitions = line == lines.last ? repetitions + 1 : 1
            if repetitions <= repetitionLimit { lines.append(line) }
        }
        let text = PrintableText.cut(lines.joined(separator: "\n"), at: limit)
        let bare = text.lowercased()
        return nothing.contains(bare.hasSuffix(".") && bare != "..." ? String(bare.dropLast()) : bare) ? nil : text
    }

    /// Some models escape twice, and their lines end in a backslash and an n. A text with real line ends did not, and
    /// after a colon or beside another backslash it is a path: `C:\new`.
    private static func unescaped(_ text: String) -> String {
        guard !text.contains("\n"), !text.contains(":\\") else { return text }
        let backslashes = text.count { $0 == "\\" }
        return backslashes == text.ranges(of: "\\n").count ? text.replacing("\\n", with: "\n") : text
    }
}
